package watch

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
)

// guard lets those at the page who may see it.
type guard struct {
	token string   // that is wanted; empty for none
	kept  bool     // the token is from a file
	hosts []string // names by which this machine may be called, besides localhost
	open  bool     // to other machines
}

// leastToken is the shortest token that is taken.
const leastToken = 16

// guard reads the flags.
func (o *options) guard() (*guard, error) {
	g := &guard{}
	for _, name := range o.hosts {
		name = plainHost(name)
		if name == "" {
			return nil, usage.Mark(errors.New("--host: a name is empty"))
		}
		g.hosts = append(g.hosts, name)
	}
	if o.token == "" {
		return g, nil
	}
	text, err := os.ReadFile(o.token)
	if err != nil {
		return nil, fmt.Errorf("--token-file: %w", err)
	}
	if g.token, g.kept = strings.TrimSpace(string(text)), true; len(g.token) < leastToken ||
		strings.ContainsFunc(g.token, func(c rune) bool { return c <= ' ' || c >= 0x7f }) {
		return nil, fmt.Errorf("--token-file %s: want one line of %d characters or more, none of them a blank",
			o.token, leastToken)
	}
	return g, nil
}

// within tells the guard what is listened on. Beyond this machine it takes a token.
func (g *guard) within(at net.Addr) {
	tcp, ok := at.(*net.TCPAddr)
	g.open = !ok || !tcp.IP.IsLoopback()
	if g.open && g.token == "" {
		g.token = rand.Text()
	}
	if name, err := os.Hostname(); err == nil && g.open {
		g.hosts = append(g.hosts, plainHost(name))
	}
}

// address is where the page is, for people. One that is made anew has the token; one of a file they know.
func (g *guard) address(at net.Addr) string {
	host := at.String()
	if tcp, ok := at.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		name, err := os.Hostname()
		if err != nil {
			name = "localhost"
		}
		host = net.JoinHostPort(name, fmt.Sprint(tcp.Port))
	}
	switch {
	case g.kept:
		return "http://" + host + "/?token=..., of --token-file"
	case g.token != "":
		return "http://" + host + "/?token=" + g.token
	}
	return "http://" + host + "/"
}

// plainHost is the name of a host without its port, in small letters.
func plainHost(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// called says whether a request calls this machine by a name that it may have. A page anywhere on the web can make its
// own name one of this machine's addresses, and then read what is served here; it cannot do so with an address itself,
// nor with the names that are known here.
func (g *guard) called(host string) bool {
	name := plainHost(host)
	address, err := netip.ParseAddr(name)
	switch {
	case err == nil && g.open:
		return true
	case err == nil:
		return address.Unmap().IsLoopback()
	}
	return name == "localhost" || slices.Contains(g.hosts, name)
}

// cookie keeps the token in a browser.
const cookie = "nassearch_watch"

// knows says whether a request has the token.
func (g *guard) knows(r *http.Request) bool {
	if g.token == "" {
		return true
	}
	has := r.URL.Query().Get("token")
	if c, err := r.Cookie(cookie); err == nil && has == "" {
		has = c.Value
	}
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		has = bearer
	}
	want, got := sha256.Sum256([]byte(g.token)), sha256.Sum256([]byte(has))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// over puts the guard before a handler.
func (g *guard) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; "+
			"img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !g.called(r.Host):
			http.Error(w, "this machine is not known here by that name: call it localhost or by its address, or name it "+
				"by 'nassearch watch --host'", http.StatusMisdirectedRequest)
		case !g.knows(r):
			h.Set("WWW-Authenticate", "Bearer")
			http.Error(w, "this page takes a token: open the address that 'nassearch watch' has printed",
				http.StatusUnauthorized)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "nothing can be changed here", http.StatusMethodNotAllowed)
		case r.URL.Query().Has("token"): // which is not to stay where a browser shows and keeps it
			http.SetCookie(w, &http.Cookie{
				Name: cookie, Value: g.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
			})
			w.Header().Set("Location", r.URL.Path)
			w.WriteHeader(http.StatusSeeOther)
		default:
			next.ServeHTTP(w, r)
		}
	})
}
