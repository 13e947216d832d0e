// Package remote measures on other machines. Jobs wait in queues for workers; what comes of a job is kept under its
// key, the first answer for good, before the job is taken off the queue. So a job may be done twice, by a worker that
// was taken for dead and by the next one, but it has one answer; and whoever asks for the same again has it at once.
//
// There is a queue for every source: a backend with its settings, arithmetic included. A worker puts out an [Offer] of
// what it can be asked, which stays when the worker has gone. A [Client] chooses an offer, asks its workers for the
// [Terms] of some metrics, which stay as well, and then is an [objective.Evaluator] by them: with the metrics, source,
// settings and costs that the evaluator has which the workers measure with. A study's history and its journal are those
// of that evaluator at home, and each continues the other's.
//
// Jobs and answers are JSON that the queue does not look into: trials of searches are one kind of work ([Trials]), and
// others may be added, such as the pieces of a census.
//
// A [Transport] carries them: package jetstream has that over NATS, and package remotetest one within a process.
package remote

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Job is work for any worker of a queue. Kind, document and question are agreed between who files it and who does it.
type Job struct {
	Kind  string          `json:"kind"`           // of work, such as "trial"
	Under string          `json:"under"`          // key of the document that says what many jobs have in common
	Ask   json.RawMessage `json:"ask"`            // what tells this one apart
	Salt  string          `json:"salt,omitempty"` // of jobs that ask anew for what may have been answered before
}

// Key names the job: equal jobs have equal keys.
func (j Job) Key() string { return keyOf(j) }

// keyOf is the digest of what JSON makes of a value.
func keyOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("remote: a key of what is no JSON: %v", err)) // callers pass what was JSON
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Answer is what came of a job.
type Answer struct {
	Value  json.RawMessage `json:"value,omitempty"`
	Lost   string          `json:"lost,omitempty"`   // why there is no value: the job was given up
	Worker string          `json:"worker,omitempty"` // that answered
}

// LostError says that a job was given up: no worker has come back with an answer.
type LostError struct{ Why string }

func (e *LostError) Error() string { return e.Why }

// UnreachableError says that the queue does not answer, which may pass.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return fmt.Sprintf("the queue does not answer: %v", e.Err) }

// Unwrap returns what the transport says.
func (e *UnreachableError) Unwrap() error { return e.Err }

// DefaultDeliveries are how many workers a job is usually given to, before it is given up.
const DefaultDeliveries = 10
