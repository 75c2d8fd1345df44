// The one program of the pods: sleeps, or takes memory step by step, keeps it for a while, and ends.
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	mathrand "math/rand"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const mebibyte = 1 << 20

func main() {
	target := flag.Int("take", 0, "MiB of memory to take; 0 sleeps until SIGTERM")
	fast := flag.Int("fast", 0, "MiB of it that are taken without a pause")
	step := flag.Int("step", 10, "MiB that are taken at once after that")
	pause := flag.Duration("pause", time.Second, "time between two steps")
	hold := flag.Duration("hold", 0, "time for which all of it is kept")
	noise := flag.Int("noise", 0, "percent of each page that is random, so that no compressor makes it smaller; the rest is zeros")
	again := flag.Bool("again", false, "touch all of it once more at the end")
	scattered := flag.Int("scattered", 0, "pages that are touched one by one at the end, anywhere in it")
	flag.Parse()
	if *target == 0 {
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		<-terminated
		return
	}
	memory, err := syscall.Mmap(-1, 0, *target*mebibyte, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	random := make([]byte, os.Getpagesize()**noise/100)
	if _, err := rand.Read(random); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for taken := 0; taken < len(memory); {
		next := min(taken+*step*mebibyte, len(memory))
		for page := taken; page < next; page += os.Getpagesize() {
			copy(memory[page:], random)
		}
		touch(memory[taken:next])
		taken = next
		if taken > *fast*mebibyte {
			fmt.Printf("%d MiB\n", taken/mebibyte)
			time.Sleep(*pause)
		}
	}
	time.Sleep(*hold)
	if *again {
		touch(memory)
	}
	anywhere := mathrand.New(mathrand.NewSource(1))
	for range *scattered {
		memory[anywhere.Intn(len(memory))]++
	}
	fmt.Println("done")
}

// touch reads and writes every page, so that each is in RAM for a moment.
func touch(memory []byte) {
	for page := 0; page < len(memory); page += os.Getpagesize() {
		memory[page]++
	}
}
