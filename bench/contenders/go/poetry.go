// A poetry server as one writes it in Go: a goroutine for each connection, which writes and sleeps as if it were alone.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"
)

func main() {
	port := flag.Int("port", 0, "port to listen on, 0 is a free one")
	iface := flag.String("iface", "127.0.0.1", "address to listen on")
	numBytes := flag.Int("num-bytes", 0, "slow mode: bytes per chunk")
	delay := flag.Float64("delay", 0, "slow mode: seconds between two chunks")
	flag.Parse()

	poem, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		fail(err)
	}
	chunk := *numBytes
	if chunk <= 0 {
		chunk = len(poem)
	}
	pause := time.Duration(*delay * float64(time.Second))

	// The backlog needs no option: Go uses net.core.somaxconn.
	listener, err := net.Listen("tcp", net.JoinHostPort(*iface, strconv.Itoa(*port)))
	if err != nil {
		fail(err)
	}
	fmt.Printf("Serving %s on %s.\n", flag.Arg(0), listener.Addr())

	const longest = time.Second
	var rest time.Duration
	for {
		connection, err := listener.Accept()
		if err != nil {
			// For example, out of descriptors. The pauses get longer, as in net/http.
			if rest == 0 {
				fmt.Fprintln(os.Stderr, "poetry:", err)
				rest = 5 * time.Millisecond
			} else if rest *= 2; rest > longest {
				rest = longest
			}
			time.Sleep(rest)
			continue
		}
		rest = 0
		go recite(connection, poem, chunk, pause)
	}
}

// Write fails if the client has left, which is no error.
func recite(connection net.Conn, poem []byte, chunk int, pause time.Duration) {
	defer connection.Close()
	for len(poem) > chunk {
		if _, err := connection.Write(poem[:chunk]); err != nil {
			return
		}
		time.Sleep(pause)
		poem = poem[chunk:]
	}
	connection.Write(poem)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "poetry:", err)
	os.Exit(1)
}
