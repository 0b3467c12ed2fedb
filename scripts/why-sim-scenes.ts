/** Scenes of `ports why` on a simulated network, for docs/why.md: each is run by test/readme.test.ts as it stands. */
export const SIM_SCENES = `## On a simulated network

The same question on a network that is a file: [office.yaml](examples/office.yaml) has a laptop, a gateway with rules and a forwarded port, and two servers
behind it. \`--at\` takes the names of its hosts. Simulated time leaps, so silence costs nothing; [sim](sim.md) says what else there is.

Refused. From the laptop a closed port, a listener on loopback and a rule that resets look alike; whoever sees the server knows.

\`\`\`console exit=1
$ ports --sim docs/examples/office.yaml --host laptop why db:6379
\`\`\`

\`\`\`console exact exit=1
$ ports --sim docs/examples/office.yaml --host laptop why db:6379 --at db
target	verdict	cause	certainty	where	others	says
db:6379	unreachable	listener-loopback	proven	db, socket		db:6379 can’t be reached: the server listens on 127.0.0.1:6379 only, for its own host
\`\`\`

Filtered. Silence has many causes from afar; the rule is named by who sees the gateway.

\`\`\`console exit=1
$ ports --sim docs/examples/office.yaml --host laptop why db:5432
\`\`\`

\`\`\`console exact exit=1
$ ports --sim docs/examples/office.yaml --host laptop why db:5432 --at gate --at db
target	verdict	cause	certainty	where	others	says
db:5432	unreachable	filter-drop	proven	gate, forward: ip office forward rule 2: tcp dport 5432 drop		db:5432 can’t be reached: a packet filter of gate at forward drops it (ip office forward rule 2: tcp dport 5432 drop)
\`\`\`

Translated. The gateway forwards a port to a host where nobody listens. That it isn’t the gateway itself that refuses shows in the hop limit of the reset.

\`\`\`console exit=1
$ ports --sim docs/examples/office.yaml --host laptop why 10.20.1.1:8080
\`\`\`

\`\`\`console exact exit=1
$ ports --sim docs/examples/office.yaml --host laptop why 10.20.1.1:8080 --at gate --at web
target	verdict	cause	certainty	where	others	says
10.20.1.1:8080	unreachable	nat-backend-closed	proven	web, socket		10.20.1.1:8080 can’t be reached: gate passes what is for 10.20.1.1:8080 on to 10.20.2.30:80, where nobody listens
\`\`\``
