// What Karpenter takes for a schedule: writes expected.json, a list of [text, whether it can be read].
//
//	go run . > expected.json
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"strings"

	"github.com/robfig/cron/v3"
)

// Of the CRD: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodepool.go (Budget.Schedule)
var pattern = regexp.MustCompile(`^(@(annually|yearly|monthly|weekly|daily|midnight|hourly))|((.+)\s(.+)\s(.+)\s(.+)\s(.+))$`)

var texts = []string{
	"@annually", "@yearly", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every 1h", "@reboot", "@Daily", "@daily ", " @daily", "@daily x",
	"0 9 * * mon-fri", "0 9 * * MON-FRI", "0 9 * JAN *", "99 99 99 99 99", "0 9 * * 7", "0 24 * * *", "60 0 * * *", "0 0 0 * *", "0 0 32 * *",
	"0 0 * 0 *", "0 0 * 13 *", "* * * * *", "? ? ? ? ?", "*/5 * * * *", "*/0 * * * *", "5/15 * * * *", "5-10/2 * * * *", "10-5 * * * *",
	"0 9 * * fri-mon", "0 9 * * mon,wed,fri", "0 9 * * mon,,fri", ", * * * *", "0 9 * * ,", "0 9 * *", "0 0 9 * * *", "", "     ", "0  9 * * *",
	"0\t9 * * *", "0 9 * * *\n", "-1 * * * *", "1--2 * * * *", "1-2-3 * * * *", "1/2/3 * * * *", "+5 * * * *", "1.5 * * * *", "x * * * *",
	"*-5 * * * *", "*-99 * * * *", "*/99 * * * *", "?/3 * * * *", "0 9 * * mon/2", "0 9 L * *", "0 9 * * 5#2", "0 9 15W * *", "H * * * *",
	"TZ=UTC 0 9 * * *", "CRON_TZ=Europe/Berlin 0 9 * * *", "0 9 * * monday", "0 9 * january *", "00 09 * * *", "0 9 01 01 00", "*/+5 * * * *", "*/-5 * * * *",
	"0 9 * * 1-", "0 9 * * -", "/ * * * *", "*/ * * * *", "99999999999999999999 * * * *", "*/99999999999999999999 * * * *", "0 9 31 2 *", "mon * * * *",
}

func generated() []string {
	random := rand.New(rand.NewSource(20261201))
	atoms := []string{"*", "?", "0", "1", "5", "6", "7", "12", "13", "23", "24", "31", "32", "59", "60", "jan", "DEC", "sun", "Sat", "-1", "+2", ""}
	one := func() string { return atoms[random.Intn(len(atoms))] }
	entry := func() string {
		text := one()
		if random.Intn(3) == 0 {
			text += "-" + one()
		}
		if random.Intn(4) == 0 {
			text += "/" + one()
		}
		return text
	}
	lines := []string{}
	for len(lines) < 600 {
		fields := make([]string, 5)
		for index := range fields {
			fields[index] = "*"
			if random.Intn(3) == 0 {
				fields[index] = entry()
				if random.Intn(5) == 0 {
					fields[index] += "," + entry()
				}
			}
		}
		lines = append(lines, strings.Join(fields, " "))
	}
	return lines
}

func main() {
	rows := [][2]any{}
	for _, text := range append(texts, generated()...) {
		_, err := cron.ParseStandard(fmt.Sprintf("TZ=UTC %s", text))
		rows = append(rows, [2]any{text, err == nil && pattern.MatchString(text)})
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(rows); err != nil {
		panic(err)
	}
}
