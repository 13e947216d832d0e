package jetstream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// FullError says that the server has no room for more.
type FullError struct{ Err error }

func (e *FullError) Error() string {
	return fmt.Sprintf("the queue's server has no room left (%v): make room on its disk, and go on with the same command",
		e.Err)
}

// Unwrap returns what the server says.
func (e *FullError) Unwrap() error { return e.Err }

// ForbiddenError says that the user may not do what was asked.
type ForbiddenError struct{ Err error }

func (e *ForbiddenError) Error() string {
	return fmt.Sprintf("the queue's server does not let this user do that (%v): workers take work and clients file it, "+
		"each with a user of its own", e.Err)
}

// Unwrap returns what the server says.
func (e *ForbiddenError) Unwrap() error { return e.Err }

// connectError says why there is no connection, and what to do. Passwords in addresses are left out.
func connectError(o Options, err error) error {
	at := address(o.URL)
	if u, ok := errors.AsType[*url.Error](err); ok { // which has the address in it
		err = u.Err
	}
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, checked := errors.AsType[*tls.CertificateVerificationError](err)
	_, dns := errors.AsType[*net.DNSError](err)
	switch {
	case authority || host || invalid || checked:
		return fmt.Errorf("queue %s: the server's certificate is not good (%w): name the authority that signed it, and the "+
			"host as it stands in it", at, err)
	case errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) ||
		strings.Contains(strings.ToLower(err.Error()), "authorization violation"):
		return fmt.Errorf("queue %s: the server does not know this user, or not with this password or key: "+
			"see its users file", at)
	case errors.Is(err, nats.ErrSecureConnWanted) || errors.Is(err, nats.ErrSecureConnRequired):
		return fmt.Errorf("queue %s: %w: write tls:// for a server with TLS, nats:// for one without", at, err)
	case dns:
		return fmt.Errorf("queue %s: %w: is the address right?", at, err)
	case errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("queue %s: no server answers there: is the address right, and does 'nassearch serve' run?", at)
	}
	return fmt.Errorf("queue %s: %w", at, err)
}

// address is an URL without a password.
func address(urls string) string {
	var all []string
	for text := range strings.SplitSeq(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(text))
		if err != nil {
			_, text, _ = strings.Cut(text, "@")
		} else {
			u.User = nil
			text = u.String()
		}
		all = append(all, text)
	}
	return strings.Join(all, ",")
}

// passing are errors that may be over when one tries again.
var passing = []error{
	nats.ErrTimeout, nats.ErrNoResponders, nats.ErrConnectionReconnecting, nats.ErrDisconnected, nats.ErrNoServers,
	nats.ErrReconnectBufExceeded, nats.ErrStaleConnection, context.DeadlineExceeded, jetstream.ErrNoHeartbeat,
	jetstream.ErrNoStreamResponse, jetstream.ErrServerShutdown, jetstream.ErrConsumerLeadershipChanged,
	jetstream.ErrConsumerDoesNotExist, jetstream.ErrConsumerNotFound, jetstream.ErrConsumerDeleted, // and is made again
}

// wrap says what kind of error one is.
func (t *Transport) wrap(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if why := t.forbidden.Swap(nil); why != nil { // which is not answered, and waited for until ctx ends
		return &ForbiddenError{*why}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		switch {
		case full(api):
			return &FullError{err}
		case api.Code == 503 || api.Code == 500 || api.Code == 408: // no leader, starting, stopping
			return &remote.UnreachableError{Err: err}
		}
	}
	for _, p := range passing {
		if errors.Is(err, p) {
			return &remote.UnreachableError{Err: err}
		}
	}
	return fmt.Errorf("queue %s: %w", address(t.options.URL), err)
}

// Numbers of the server's errors, https://github.com/nats-io/nats-server/blob/main/server/errors.json.
const (
	insufficientResources = 10023
	memoryExceeded        = 10028
	storageExceeded       = 10047
	storeFailed           = 10077
)

// full says whether the server has no room.
func full(e *jetstream.APIError) bool {
	switch e.ErrorCode {
	case insufficientResources, memoryExceeded, storageExceeded:
		return true
	case storeFailed:
		return strings.Contains(e.Description, "maximum bytes") || strings.Contains(e.Description, "no space")
	}
	return false
}

// queued says whether a job was refused because it is there.
func queued(err error) bool {
	e, ok := errors.AsType[*jetstream.APIError](err)
	return ok && e.ErrorCode == storeFailed && strings.Contains(e.Description, "per subject")
}
