/**
 * Ports that people meet every day under names that IANA doesn't know, or knows otherwise: what a development
 * server, a database or an appliance listens on by default.
 *
 * A habit is a hint, not a registration: anything may listen there. It is always shown beside what the registry
 * says, never in its place. Each row names the documentation it is taken from.
 */
import type { Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'

export interface Habit {
  readonly port: Port
  readonly protocol: Protocol
  readonly name: string
  /** Other words that people look for. */
  readonly also: readonly string[]
  /** What listens there by default. */
  readonly what: string
  /** The documentation that says so. */
  readonly where: string
}

/** Counts up when rows change. */
export const HABITS_VERSION = 1

/** port, protocols, name and other words, what it is, where it is documented. */
const TABLE = `
22 tcp | ssh,sftp,scp | Secure Shell; also carries SFTP and scp | www.openssh.org/manual.html
53 tcp/udp | domain,dns | Domain Name System | www.rfc-editor.org/rfc/rfc1035
67 udp | bootps,dhcp | DHCP server | www.rfc-editor.org/rfc/rfc2131
68 udp | bootpc,dhcp | DHCP client | www.rfc-editor.org/rfc/rfc2131
445 tcp | microsoft-ds,smb,cifs,samba | SMB file sharing | learn.microsoft.com/windows-server/storage/file-server
853 tcp | domain-s,dot | DNS over TLS | www.rfc-editor.org/rfc/rfc7858
853 udp | domain-s,doq | DNS over QUIC | www.rfc-editor.org/rfc/rfc9250
1234 tcp | lm-studio,lmstudio | LM Studio's local model server | lmstudio.ai/docs
1313 tcp | hugo | Hugo's development server | gohugo.io/commands/hugo_server
1337 tcp | strapi | Strapi | docs.strapi.io
1433 tcp | ms-sql-s,mssql,sqlserver | Microsoft SQL Server | learn.microsoft.com/sql
1521 tcp | oracle,tns | Oracle Database listener | docs.oracle.com/en/database
1883 tcp | mqtt,mosquitto | MQTT broker | mosquitto.org/man/mosquitto-conf-5.html
1935 tcp | rtmp | Real-Time Messaging Protocol | rtmp.veriskope.com
2019 tcp | caddy | Caddy's admin endpoint | caddyserver.com/docs/api
2181 tcp | zookeeper | ZooKeeper clients | zookeeper.apache.org/doc/current/zookeeperStarted.html
2375 tcp | docker | Docker Engine API without TLS: whoever reaches it is root | docs.docker.com/engine/daemon/remote-access
2376 tcp | docker-s,docker | Docker Engine API with TLS | docs.docker.com/engine/security/protect-access
2379 tcp | etcd-client,etcd | etcd clients | etcd.io/docs
2380 tcp | etcd-server,etcd | etcd peers | etcd.io/docs
3000 tcp | next,nextjs | Next.js development server | nextjs.org/docs/app/api-reference/cli/next
3000 tcp | rails,puma | Ruby on Rails development server | guides.rubyonrails.org/command_line.html
3000 tcp | grafana | Grafana | grafana.com/docs/grafana/latest/setup-grafana/configure-grafana
3000 tcp | gitea,forgejo | Gitea and Forgejo | docs.gitea.com/administration/config-cheat-sheet
3100 tcp | loki | Grafana Loki | grafana.com/docs/loki/latest/configure
3128 tcp | squid | Squid proxy | www.squid-cache.org/Doc/config/http_port
3306 tcp | mysql,mariadb | MySQL and MariaDB | mariadb.com/kb/en/server-system-variables
3389 tcp | ms-wbt-server,rdp | Remote Desktop | learn.microsoft.com/windows-server/remote/remote-desktop-services
4000 tcp | phoenix | Phoenix development server | hexdocs.pm/phoenix/up_and_running.html
4000 tcp | jekyll | Jekyll's development server | jekyllrb.com/docs/configuration/options
4040 tcp | ngrok | ngrok's local inspector | ngrok.com/docs/agent
4040 tcp | spark-ui,spark | Spark application UI | spark.apache.org/docs/latest/monitoring.html
4173 tcp | vite-preview,vite | vite preview | vite.dev/config/preview-options
4200 tcp | angular,ng | Angular's development server (ng serve) | angular.dev/cli/serve
4222 tcp | nats | NATS clients | docs.nats.io/running-a-nats-service/configuration
4317 tcp | otlp-grpc,otlp,otel | OpenTelemetry over gRPC | opentelemetry.io/docs/specs/otlp
4318 tcp | otlp-http,otlp,otel | OpenTelemetry over HTTP | opentelemetry.io/docs/specs/otlp
4321 tcp | astro | Astro's development server | docs.astro.build/en/reference/configuration-reference
4444 tcp | selenium | Selenium Grid and server | www.selenium.dev/documentation/grid
5000 tcp | airplay | AirPlay Receiver on macOS 12 and later (ControlCenter) | developer.apple.com/forums/thread/682332
5000 tcp | flask | Flask's development server | flask.palletsprojects.com/en/stable/quickstart
5000 tcp | docker-registry,registry | Container registry | distribution.github.io/distribution/about/configuration
5005 tcp | jdwp,java-debug | Java debugger, by convention | www.jetbrains.com/help/idea/tutorial-remote-debug.html
5037 tcp | adb | Android Debug Bridge server | developer.android.com/tools/adb
5173 tcp | vite | Vite's development server | vite.dev/config/server-options
5353 udp | mdns,bonjour,avahi | Multicast DNS | www.rfc-editor.org/rfc/rfc6762
5432 tcp | postgresql,postgres,pg | PostgreSQL | www.postgresql.org/docs/current/runtime-config-connection.html
5555 tcp | adbd,adb | Android device, adb over TCP/IP | developer.android.com/tools/adb
5601 tcp | kibana | Kibana | www.elastic.co/guide/en/kibana/current/settings.html
5672 tcp | amqp,rabbitmq | RabbitMQ clients | www.rabbitmq.com/docs/networking
5678 tcp | n8n | n8n | docs.n8n.io/hosting
5900 tcp | rfb,vnc | VNC | www.rfc-editor.org/rfc/rfc6143
6006 tcp | storybook | Storybook | storybook.js.org/docs/api/cli-options
6006 tcp | tensorboard | TensorBoard | www.tensorflow.org/tensorboard
6379 tcp | redis,valkey | Redis and Valkey | redis.io/docs/latest/operate/oss_and_stack/management/config
6443 tcp | kube-apiserver,kubernetes,k8s | Kubernetes API server | kubernetes.io/docs/reference/networking/ports-and-protocols
7000 tcp | airplay | AirPlay Receiver on macOS 12 and later (ControlCenter) | developer.apple.com/forums/thread/682332
7000 tcp | cassandra-internode,cassandra | Cassandra between nodes | cassandra.apache.org/doc/latest
7860 tcp | gradio | Gradio | www.gradio.app/docs/gradio/blocks
8000 tcp | django | Django's development server | docs.djangoproject.com/en/stable/ref/django-admin
8000 tcp | python-http,http.server | python -m http.server | docs.python.org/3/library/http.server.html
8080 tcp | tomcat | Apache Tomcat | tomcat.apache.org/tomcat-11.0-doc/config/http.html
8080 tcp | jenkins | Jenkins | www.jenkins.io/doc/book/installing/initial-settings
8081 tcp | metro,react-native | Metro, React Native's bundler | metrobundler.dev/docs/configuration
8086 tcp | influxdb,influx | InfluxDB | docs.influxdata.com/influxdb/v2/reference/config-options
8096 tcp | jellyfin | Jellyfin | jellyfin.org/docs/general/post-install/networking
8123 tcp | home-assistant,hass | Home Assistant | www.home-assistant.io/integrations/http
8123 tcp | clickhouse-http,clickhouse | ClickHouse over HTTP | clickhouse.com/docs/guides/sre/network-ports
8188 tcp | comfyui | ComfyUI | docs.comfy.org
8200 tcp | vault,openbao | HashiCorp Vault and OpenBao | developer.hashicorp.com/vault/docs/configuration/listener/tcp
8384 tcp | syncthing-gui,syncthing | Syncthing's web page | docs.syncthing.net/users/firewall.html
8443 tcp | https-alt | HTTPS where 443 would need privilege | tomcat.apache.org/tomcat-11.0-doc/ssl-howto.html
8500 tcp | consul | Consul's HTTP API | developer.hashicorp.com/consul/docs/install/ports
8501 tcp | streamlit | Streamlit | docs.streamlit.io/develop/api-reference/configuration/config.toml
8545 tcp | ethereum-rpc,geth | Ethereum JSON-RPC | geth.ethereum.org/docs/interacting-with-geth/rpc
8787 tcp | wrangler | Cloudflare Wrangler's development server | developers.cloudflare.com/workers/wrangler/configuration
8888 tcp | jupyter,jupyterlab | Jupyter | jupyter-server.readthedocs.io/en/latest/other/full-config.html
9000 tcp | php-fpm,fastcgi | PHP FastCGI process manager | www.php.net/manual/en/install.fpm.configuration.php
9000 tcp | minio | MinIO's S3 API | min.io/docs
9000 tcp | sonarqube | SonarQube | docs.sonarsource.com/sonarqube-server
9003 tcp | xdebug | Xdebug 3: PHP connects to the editor here | xdebug.org/docs/all_settings
9042 tcp | cassandra,cql | Cassandra clients (CQL) | cassandra.apache.org/doc/latest
9050 tcp | tor-socks,tor | Tor's SOCKS proxy | www.torproject.org
9090 tcp | prometheus | Prometheus | prometheus.io/docs/prometheus/latest/getting_started
9090 tcp | cockpit | Cockpit | cockpit-project.org/guide/latest/listen
9092 tcp | kafka | Apache Kafka | kafka.apache.org/documentation
9093 tcp | alertmanager | Prometheus Alertmanager | prometheus.io/docs/alerting/latest/alertmanager
9100 tcp | node-exporter,node_exporter | Prometheus node exporter | prometheus.io/docs/guides/node-exporter
9200 tcp | elasticsearch,opensearch,elastic | Elasticsearch and OpenSearch over HTTP | www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html
9222 tcp | chrome-devtools,devtools | Chrome DevTools remote debugging, by convention | chromedevtools.github.io/devtools-protocol
9229 tcp | node-inspector,node-inspect | Node.js inspector: whoever reaches it runs code | nodejs.org/api/debugger.html
9300 tcp | elasticsearch-nodes,elasticsearch | Elasticsearch between nodes | www.elastic.co/guide/en/elasticsearch/reference/current/modules-network.html
9411 tcp | zipkin | Zipkin | zipkin.io/pages/quickstart.html
10250 tcp | kubelet,kubernetes,k8s | Kubelet API | kubernetes.io/docs/reference/networking/ports-and-protocols
11211 tcp | memcache,memcached | memcached | memcached.org
11434 tcp | ollama | Ollama | docs.ollama.com/faq
15672 tcp | rabbitmq-management,rabbitmq | RabbitMQ's management page and API | www.rabbitmq.com/docs/networking
16686 tcp | jaeger-ui,jaeger | Jaeger's web page | www.jaegertracing.io/docs
19132 udp | minecraft-bedrock,minecraft | Minecraft Bedrock server | minecraft.wiki/w/Server.properties
19999 tcp | netdata | Netdata | learn.netdata.cloud
22000 tcp/udp | syncthing | Syncthing between devices (TCP, QUIC) | docs.syncthing.net/users/firewall.html
25565 tcp | minecraft | Minecraft Java server | minecraft.wiki/w/Server.properties
27017 tcp | mongodb,mongo,mongod | MongoDB | www.mongodb.com/docs/manual/reference/default-mongodb-port
32400 tcp | plex | Plex Media Server | support.plex.tv/articles/201543147
35729 tcp | livereload | LiveReload | github.com/napcs/node-livereload
50051 tcp | grpc | gRPC's own examples, and many who followed them | grpc.io/docs/languages/go/basics
51820 udp | wireguard,wg | WireGuard | www.wireguard.com/quickstart
53317 tcp/udp | localsend | LocalSend | github.com/localsend/protocol
`

/** Reads rows of the table above. A row names each protocol it holds for. */
export function readHabits(table: string): readonly Habit[] {
  return table
    .trim()
    .split('\n')
    .flatMap(row => {
      const [at = '', names = '', what = '', page = ''] = row.split(' | ')
      const [port, protocols = ''] = at.split(' ')
      const [name = '', ...also] = names.split(',')
      const held = PROTOCOLS.filter(protocol => protocols.split('/').includes(protocol))
      return held.map(protocol => ({
        port: Number(port) as Port,
        protocol,
        name,
        also,
        what,
        where: `https://${page}`,
      }))
    })
}

let read: readonly Habit[] | undefined

/** By port, then as the table has them. */
export const habits = (): readonly Habit[] => (read ??= readHabits(TABLE))

/** Habits as a registry asks for them: all, or those of one port without reading the others. */
export interface HabitBook {
  readonly all: () => readonly Habit[]
  readonly at: (port: number) => readonly Habit[]
}

/** The built-in table, or the habits given instead of it. */
export function habitBook(given?: readonly Habit[]): HabitBook {
  const all = given === undefined ? habits : () => given
  const mayHave = (port: number): boolean => given !== undefined || TABLE.includes(`\n${port} `)
  return { all, at: port => (mayHave(port) ? all().filter(habit => habit.port === port) : []) }
}
