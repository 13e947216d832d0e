package server

import (
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nats-io/nats-server/v2/server"
)

// permit lets users connect.
func permit(to *server.Options, all []users.User) {
	for _, u := range all {
		if u.Key != "" {
			to.Nkeys = append(to.Nkeys, &server.NkeyUser{Nkey: u.Key})
		} else {
			to.Users = append(to.Users, &server.User{Username: u.Name, Password: u.Hash})
		}
	}
}
