package jetstream

import "github.com/nassearch/nassearch/objective/remote"

// Rights are the subjects that somebody may publish to and subscribe to.
type Rights struct{ Publish, Subscribe []string }

// inbox is where answers of the server come to.
const inbox = "_INBOX.>"

// jobs is the stream of what waits.
const jobs = defaultPrefix + "-jobs"

// looking are what everybody may ask of the server: how it stands with streams and consumers, and the values of keys.
func looking() []string {
	all := []string{"$JS.API.INFO", "$JS.API.STREAM.INFO." + jobs, "$JS.API.CONSUMER.INFO." + jobs + ".*"}
	for _, s := range remote.Shelves() {
		stream := "KV_" + defaultPrefix + "-" + string(s)
		all = append(all, "$JS.API.STREAM.INFO."+stream, "$JS.API.STREAM.MSG.GET."+stream, "$JS.API.DIRECT.GET."+stream+".>")
	}
	return all
}

// keeping is the subject of values on a shelf.
func keeping(s remote.Shelf) string { return "$KV." + defaultPrefix + "-" + string(s) + ".>" }

// ClientRights are those of who files jobs and reads answers, under the usual prefix and where the streams are there:
// it may take jobs off the queue, too, but it cannot be given any, and writes no answers.
func ClientRights() Rights {
	all := append(looking(), defaultPrefix+".jobs.>", keeping(remote.Documents),
		"$JS.API.STREAM.PURGE."+jobs, "$JS.FC.>")
	for _, s := range remote.Shelves() { // whose keys are listed
		stream := "KV_" + defaultPrefix + "-" + string(s)
		all = append(all, "$JS.API.CONSUMER.CREATE."+stream+".>", "$JS.API.CONSUMER.DELETE."+stream+".>")
	}
	return Rights{all, []string{inbox, defaultPrefix + ".done.>"}}
}

// WorkerRights are those of who does jobs and writes answers, as [ClientRights]: it cannot file any.
func WorkerRights() Rights {
	all := append(looking(), keeping(remote.Offers), keeping(remote.Answers), keeping(remote.Workers),
		defaultPrefix+".done.>", "$JS.ACK.>", "$JS.API.CONSUMER.MSG.NEXT."+jobs+".*",
		"$JS.API.CONSUMER.CREATE."+jobs+".>", "$JS.API.CONSUMER.DURABLE.CREATE."+jobs+".*",
		"$JS.API.CONSUMER.DELETE."+jobs+".*")
	return Rights{all, []string{inbox}}
}
