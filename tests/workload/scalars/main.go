// What Kubernetes takes a YAML scalar for: writes expected.json, a list of [scalar, its JSON or null where it is refused].
//
//	go run . > expected.json
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

var scalars = []string{
	"off", "Off", "OFF", "oFF", "on", "On", "ON", "yes", "Yes", "YES", "no", "No", "NO", "y", "Y", "n", "N", "true", "True", "TRUE", "tRUE",
	"false", "False", "FALSE", "null", "Null", "NULL", "nULL", "~", "", "\"off\"", "'off'", "!!str off", "!!bool off", "!!bool yes", "!!bool x", "!!str 1",
	"!!int 1", "!!int \"1\"", "!!float 1", "!!float \"1.5\"", "!!null x", "!!binary aGVsbG8=", "!!binary \"aGVsbG8=\"", "!!binary x", "!!timestamp 2001-01-01", "!custom 1", "!!set {a, b}",
	"0", "00", "01", "0400", "0644", "08", "09", "0o400", "0O400", "0o8", "0x1F", "0X1F", "0xg", "0b101", "0B101", "0b2", "1_000", "1_0_0", "_1", "1_", "0x_1F", "0b1_0", "0_7",
	"+1", "-1", "+0", "-0", "+01", "-01", "-0x1F", "+0x1F", "-0b1", "--1", "1e3", "1E3", "1e+3", "1e-3", "1.5e3", "1.5e+3", "1.", ".5", "+.5", "-.5", "1.0", "1.50", "01.5", "1_0.5", "1.5_0", "1e",
	"e3", ".", "..", "...x", ".inf", ".Inf", ".INF", "+.inf", "-.inf", "-.Inf", ".nan", ".NaN", ".NAN", "inf", "nan", "Infinity", "NaN",
	"190:20:30", "190:20:30.15", "1:30", "12:30:45", "60:60", "2001-12-14", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5", "2001-12-15 2:59:43.10", "2001-1-1", "20011214",
	"9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1e400", "-1e400", "1e-400", "123456789012345678",
	"0.1", "0.30000000000000004", "3.141592653589793238", "1e21", "1e20", "100000000000000000000", "4.9e-324",
	"1Gi", "512Mi", "64M", "1.5Gi", "100m", "0.5", "1k", "1E", "1e3Ki", "12e", "0x", "0b", "0o", "+", "-x", "=", "<<", "a:b", "a: b", "a #b", "a#b", "#a", "@a", "`a", "%a", "!a", "&a", "*a", "|a", ">a", "[a", "{a", "[a]", "{a: b}", "[1, off]", "{off: on}", "- a", "? a",
	"\"a\\nb\"", "\"\\u00e9\"", "\"\\x41\"", "\"\\/\"", "\"\\q\"", "'it''s'", "'a", "\"a", "é", "😀", "a\\nb", "\\", "a\tb", "~x", "nullx", "truex", "trueish", "yes!", "on fire", "off-peak", "N/A", "y1", "1y", "12h", "1h30m", "10%", "v1", "1.2.3", "1.2", "1.10", "1.30",
	"2024", "0123456789", "1234567890123", "00000000-0000-0000-0000-000000000000", "1e1000000", "0e0", "0.0", "-0.0", "+0.0", "0x1p3", "1f", "1d", "1L", "1_000.5", "1,000", "$1", "€", "/", "//", "a/b", "http://a/b", "a, b", "a]", "a}", "]", "}", ",", ":", "::", ":a", "a:", "?", "?a", "-", "--", "---", "...", "<<: a",
}

func main() {
	rows := [][2]*string{}
	for _, scalar := range scalars {
		text := scalar
		row := [2]*string{&text, nil}
		if found, err := yaml.YAMLToJSON([]byte("v: " + scalar + "\n")); err == nil {
			json := string(found)
			row[1] = &json
		}
		rows = append(rows, row)
	}
	// As keys.
	for _, scalar := range []string{"off", "yes", "y", "1", "0400", "1.5", "null", "~", "true", "\"off\"", "a", "1e3", "0x10", "12:30:45"} {
		text := "?" + scalar
		row := [2]*string{&text, nil}
		if found, err := yaml.YAMLToJSON([]byte(scalar + ": v\n")); err == nil {
			json := string(found)
			row[1] = &json
		}
		rows = append(rows, row)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(rows); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
