package server

import (
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nassearch/nassearch/objective/remote/users"
	"github.com/nats-io/nats-server/v2/server"
)

// permit lets users connect and do what their role is for. The owner may do everything; where nobody has a name all
// may.
func permit(to *server.Options, all []users.User, owner users.User) {
	if len(all) == 0 {
		return
	}
	to.Nkeys = append(to.Nkeys, &server.NkeyUser{Nkey: owner.Key})
	for _, u := range all {
		may := permissions(jetstream.ClientRights())
		if u.Role == users.Worker {
			may = permissions(jetstream.WorkerRights())
		}
		if u.Key != "" {
			to.Nkeys = append(to.Nkeys, &server.NkeyUser{Nkey: u.Key, Permissions: may})
		} else {
			to.Users = append(to.Users, &server.User{Username: u.Name, Password: u.Hash, Permissions: may})
		}
	}
}

func permissions(r jetstream.Rights) *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{Allow: r.Publish}, Subscribe: &server.SubjectPermission{Allow: r.Subscribe},
	}
}
