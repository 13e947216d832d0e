package watch

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// guarded returns a guard by flags, of something that is listened on.
func guarded(t *testing.T, o options, ip string) *guard {
	t.Helper()
	g, err := o.guard()
	if err != nil {
		t.Fatal(err)
	}
	g.within(&net.TCPAddr{IP: net.ParseIP(ip), Port: 8080})
	return g
}

// answer is that to a request, from a handler that always answers.
func answer(g *guard, change func(*http.Request)) *http.Response {
	r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/", nil)
	change(r)
	w := httptest.NewRecorder()
	g.over(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("secret")) })).ServeHTTP(w, r)
	return w.Result()
}

// A page on the web whose name has become one of this machine's addresses is refused; the machine's own names are not.
func TestNamesThatAreNotKnownAreRefused(t *testing.T) {
	here := guarded(t, options{hosts: []string{"Lab.example.org"}}, "127.0.0.1")
	for host, want := range map[string]int{
		"localhost": 200, "localhost:9": 200, "LOCALHOST": 200, "127.0.0.1:8080": 200, "127.3.2.1": 200, "[::1]:8080": 200,
		"lab.example.org": 200, "lab.example.org.:8080": 200, "": 421, "evil.example": 421, "localhost.evil.example": 421,
		"192.168.1.7:8080": 421, "127.0.0.1.evil.example": 421, "0.0.0.0": 421, "[::1]evil": 421, "evil.example:localhost": 421,
	} {
		if got := answer(here, func(r *http.Request) { r.Host = host }).StatusCode; got != want {
			t.Errorf("%q is answered with %d, want %d", host, got, want)
		}
	}
	open := guarded(t, options{}, "0.0.0.0")
	token := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+open.token) }
	for host, want := range map[string]int{"192.168.1.7:8080": 200, "[2001:db8::1]:8080": 200, "evil.example": 421} {
		if got := answer(open, func(r *http.Request) { r.Host = host; token(r) }).StatusCode; got != want {
			t.Errorf("open, %q is answered with %d, want %d", host, got, want)
		}
	}
}

// Beyond this machine nothing is told without the token, which is in a cookie from then on.
func TestOtherHostsNeedTheToken(t *testing.T) {
	g := guarded(t, options{}, "0.0.0.0")
	if len(g.token) < leastToken || g.token == guarded(t, options{}, "0.0.0.0").token {
		t.Fatalf("token %q", g.token)
	}
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"none":       {func(*http.Request) {}, 401},
		"empty":      {func(r *http.Request) { r.URL.RawQuery = "token=" }, 401},
		"wrong":      {func(r *http.Request) { r.URL.RawQuery = "token=" + g.token[1:] }, 401},
		"longer":     {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+g.token+"x") }, 401},
		"other way":  {func(r *http.Request) { r.Header.Set("Authorization", g.token) }, 401},
		"address":    {func(r *http.Request) { r.URL.RawQuery = "token=" + g.token }, 303},
		"bearer":     {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+g.token) }, 200},
		"cookie":     {func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie, Value: g.token}) }, 200},
		"bad cookie": {func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookie, Value: "x"}) }, 401},
	} {
		r := answer(g, c.change)
		body := make([]byte, 6)
		n, _ := r.Body.Read(body)
		if r.StatusCode != c.want || (string(body[:n]) == "secret") != (c.want == 200) {
			t.Errorf("%s is answered with %d %q, want %d", name, r.StatusCode, body[:n], c.want)
		}
	}
	r := answer(g, func(r *http.Request) { r.URL.RawQuery = "token=" + g.token })
	kept := r.Cookies()
	if len(kept) != 1 || !kept[0].HttpOnly || kept[0].SameSite != http.SameSiteStrictMode || kept[0].Value != g.token || r.Header.Get("Location") != "/" {
		t.Errorf("%v, %s", kept, r.Header.Get("Location"))
	}
}

// No other text than the token is the token.
func TestPropertyOnlyTheTokenIsTheToken(t *testing.T) {
	g := &guard{token: "0123456789abcdef"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9a-f]{15,17}`), rapid.Just(g.token)).Draw(t, "text")
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", "Bearer "+text)
		if got := g.knows(r); got != (text == g.token) {
			t.Fatalf("%q is taken: %v", text, got)
		}
	})
}

// On this machine nothing is asked for, unless a file says so; nothing can be changed; nothing comes from elsewhere.
func TestThisMachineIsServed(t *testing.T) {
	g := guarded(t, options{}, "127.0.0.1")
	r := answer(g, func(*http.Request) {})
	if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d, %v", r.StatusCode, r.Header)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X"} {
		if got := answer(g, func(r *http.Request) { r.Method = method }).StatusCode; got != http.StatusMethodNotAllowed {
			t.Errorf("%s is answered with %d", method, got)
		}
	}
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("  a-token-that-is-long\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := guarded(t, options{token: path}, "127.0.0.1")
	if got := answer(kept, func(*http.Request) {}).StatusCode; got != 401 {
		t.Errorf("without the token of a file it is %d", got)
	}
	if address := kept.address(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}); strings.Contains(address, "long") {
		t.Errorf("%s has the token of a file", address)
	}
	for _, text := range []string{"", "short", "a token that has blanks"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := (&options{token: path}).guard(); err == nil || !strings.Contains(err.Error(), "16 characters or more") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
