// What Go reads as a duration: writes expected.json, a list of [text, nanoseconds], with null where ParseDuration refuses.
//
//	go run main.go > expected.json
package main

import (
	"encoding/json"
	"os"
	"strconv"
	"time"
)

var texts = []string{
	// Units, alone and together, in any order and more than once.
	"1ns", "1us", "1µs", "1μs", "1ms", "1s", "1m", "1h",
	"1h30m", "1h30m15s", "90s", "10m", "720h", "300ms", "1m1ms", "5s10m", "1h1h", "1m2h3s4ms5us6ns", "01h", "00s",
	// Zero.
	"0", "+0", "-0", "0s", "-0s", "00", "0.0", "0.0s", "0h0m",
	// Signs.
	"+5s", "-5s", "-1h30m", "--1s", "+-1s", "- 1s", "1h-1m", "1h+1m",
	// Fractions.
	"1.5h", "0.5s", ".5s", "5.s", "1.0s", "2.5m", "1.5h1.5m", "0.1ns", "0.9ns", "1.999999999s", "1.9999999999s",
	"0.3333333333333333333h", "0.100000000000000000000h", "0.830103483285477580700h", "39h9m14.425s", "1.000000001h",
	"0.9223372036854775807h", "0.92233720368547758079h", "12.34.56s", "1..5h", ".s", "-.s", "+.s", ".", "-", "+",
	// The largest and the smallest, and just beyond.
	"9223372036854775807ns", "9223372036854775808ns", "-9223372036854775807ns", "-9223372036854775808ns",
	"-9223372036854775809ns", "9223372036854775.807us", "9223372036s854ms775us807ns", "9223372036s854ms775us808ns",
	"2562047h47m16.854775807s", "2562047h47m16.854775808s", "-2562047h47m16.854775808s", "2562048h", "-2562048h",
	"3000000h", "9223372036854775810ns", "18446744073709551616ns", "99999999999999999999h",
	"9223372036854775808ns1ns", "-9223372036854775808ns1ns", "9223372036854775808ns9223372036854775808ns",
	"-9223372036854775808ns9223372036854775808ns", "9223372036854775807ns9223372036854775807ns2ns",
	"9223372036854775807ns9223372036854775807ns",
	// Refused.
	"", " ", "3", "3000", "s", "h1", "1", "1x", "1d", "1w", "1H", "1S", "1sec", "1 h", " 1h", "1h ", "1h\n", "\n1h",
	"1h 30m", "true", "true-ish 5h", "5h true-ish", "Never", "never", "1e3s", "0x10s", "1_000s", "1,5h", "١s", "1 s",
	"1h30", "30m1", "1constructor", "1m.", "1hms", "NaNs", "Infs", "1ｓ",
}

func main() {
	rows := [][2]any{}
	for _, text := range texts {
		duration, err := time.ParseDuration(text)
		if err != nil {
			rows = append(rows, [2]any{text, nil})
			continue
		}
		// As text: numbers of JSON lose digits in most readers.
		rows = append(rows, [2]any{text, strconv.FormatInt(int64(duration), 10)})
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(rows); err != nil {
		panic(err)
	}
}
