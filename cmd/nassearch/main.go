// Command nassearch searches for neural network architectures that stay accurate under attack.
package main

import (
	"os"

	"github.com/nassearch/nassearch/cmd"
)

func main() { os.Exit(cmd.Main(cmd.Extensions{})) }
