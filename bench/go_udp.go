// SPDX-License-Identifier: MIT

// Times WriteBatch and ReadBatch of golang.org/x/net with packet info and hop limit: go_udp ROUNDS
// prints nanoseconds a datagram.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	batch    = 32
	datagram = 1200
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func messages(control []byte, to net.Addr) []ipv4.Message {
	made := make([]ipv4.Message, batch)
	for i := range made {
		made[i].Buffers = [][]byte{make([]byte, datagram)}
		made[i].OOB = append([]byte(nil), control...)
		made[i].Addr = to
	}
	return made
}

func main() {
	rounds, err := strconv.Atoi(os.Args[1])
	check(err)
	from, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(err)
	to, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(err)
	sender, receiver := ipv4.NewPacketConn(from), ipv4.NewPacketConn(to)
	flags := ipv4.FlagTTL | ipv4.FlagDst | ipv4.FlagInterface
	check(receiver.SetControlMessage(flags, true))
	out := messages(nil, to.LocalAddr())
	in := messages(ipv4.NewControlMessage(flags), nil)
	var control ipv4.ControlMessage
	start := time.Now()
	for i := 0; i < rounds; i++ {
		for sent := 0; sent < batch; {
			n, err := sender.WriteBatch(out[sent:], 0)
			check(err)
			sent += n
		}
		for got := 0; got < batch; {
			n, err := receiver.ReadBatch(in[got:], 0)
			check(err)
			for _, message := range in[got : got+n] {
				check(control.Parse(message.OOB[:message.NN]))
			}
			got += n
		}
	}
	fmt.Println(time.Since(start).Nanoseconds() / int64(rounds*batch))
}
