package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// number is a type of numbers: its size in bytes, and its names of the instructions. Those that only move bits are the
// same for all.
type number struct {
	name, suffix string // in Go, and of functions
	size         int

	add, sub, mul, max, fma231, fma213, fnma231, compare, broadcast func(...Op)
	mulOne, moveOne                                                 func(...Op)
	moveMasked                                                      func(from, mask, to Op)
}

func single() number {
	return number{
		name: "float32", size: 4,
		add: VADDPS, sub: VSUBPS, mul: VMULPS, max: VMAXPS, fma231: VFMADD231PS, fma213: VFMADD213PS, fnma231: VFNMADD231PS,
		compare: VCMPPS, broadcast: VBROADCASTSS, mulOne: VMULSS, moveOne: VMOVSS, moveMasked: VMOVAPS_Z,
	}
}

func double() number {
	return number{
		name: "float64", suffix: "Double", size: 8,
		add: VADDPD, sub: VSUBPD, mul: VMULPD, max: VMAXPD, fma231: VFMADD231PD, fma213: VFMADD213PD, fnma231: VFNMADD231PD,
		compare: VCMPPD, broadcast: VBROADCASTSD, mulOne: VMULSD, moveOne: VMOVSD, moveMasked: VMOVAPD_Z,
	}
}

// factor is the number's size as a factor of addresses.
func (n number) factor() uint8 { return uint8(n.size) }

// shift is the size's logarithm: how far a count is shifted to be one of bytes.
func (n number) shift() Op {
	if n.size == 8 {
		return Imm(3)
	}
	return Imm(2)
}

// lanesShift is how far a count of numbers is shifted to be one of blocks' lanes.
func (n number) lanesShift() Op {
	if n.size == 8 {
		return Imm(4)
	}
	return Imm(5)
}
