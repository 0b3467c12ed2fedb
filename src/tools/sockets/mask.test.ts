import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maskSecrets } from './mask.ts'

/** `§…§` marks what must be masked; the row is written as one argument a cell. */
const ROWS: readonly (readonly [name: string, ...argv: string[]])[] = [
  ['flag with equals sign', 'app', '--password=§hunter2§'],
  ['flag and next argument', 'app', '--password', '§hunter2§', '--port', '3000'],
  ['flag in one dash', 'app', '-password=§x§'],
  ['camel case', 'app', '--accessToken=§abc§', '--dbPassword', '§abc§'],
  ['api key', 'app', '--api-key', '§k1§', '--apikey=§k2§', '--x-api-key=§k3§'],
  ['auth token', 'app', '--auth-token', '§t§', '--authkey=§t§'],
  ['client secret', 'app', '--client-secret=§x y§'],
  ['private key in the open', 'app', '--private-key=§MIIabc§'],
  ['variable', 'env', 'PGPASSWORD=§x§', 'psql'],
  [
    'variables',
    'env',
    'TOKEN=§t§',
    'DB_PASS=§p§',
    'MYSQL_PWD=§p§',
    'REDISCLI_AUTH=§r§',
    'AWS_SECRET_ACCESS_KEY=§a/b+c§',
  ],
  ['docker variable', 'docker', 'run', '-e', 'POSTGRES_PASSWORD=§p§', '-ePOSTGRES_PASSWORD=§p§', 'postgres'],
  ['java property', 'java', '-Dspring.datasource.password=§p§', '-jar', 'x.jar'],
  ['value with an equals sign', 'app', '--secret=§a=b§'],
  ['redis server', 'redis-server', '--requirepass', '§p§', '--masterauth', '§q§'],
  ['redis client', 'redis-cli', '-p', '6380', '-a', '§p§', 'ping'],
  ['mysql', 'mysql', '-uroot', '-p§S3cret§', 'shop'],
  ['mysql by path', '/usr/bin/mysqldump', '-p§S3cret§', 'shop'],
  ['mariadb', 'mariadb-admin', '-p§S3cret§', 'ping'],
  ['mysql under sudo', 'sudo', '-u', 'db', 'mysql', '-p§S3cret§'],
  ['mysql in a container', 'docker', 'exec', '-it', 'db', 'mysql', '-p§S3cret§'],
  ['mysql long', 'mysql', '--password=§S§', 'shop'],
  ['sshpass', 'sshpass', '-p', '§x§', 'ssh', '-p', '2222', 'host'],
  ['mongo', 'mongosh', '-u', 'root', '-p', '§x§'],
  ['ldap', 'ldapsearch', '-x', '-w', '§x§'],
  ['curl user', 'curl', '-u', 'alice:§pw§', 'http://h/'],
  ['curl user attached', 'curl', '-ualice:§pw§', '--user=bob:§pw§', '--proxy-user', 'p:§x§'],
  ['url', 'app', 'postgres://alice:§p%40ss§@db:5432/shop'],
  ['url without user', 'app', 'redis://:§x§@127.0.0.1:6379/0'],
  ['url with an @ in the password', 'app', 'amqp://u:§p@ss§@h/vhost'],
  ['url with a slash in the password', 'app', 'amqp://u:§p/ss§@h/vhost'],
  ['url as a variable', 'env', 'DATABASE_URL=mysql://u:§p§@h/db'],
  ['url query', 'app', 'http://h/?user=a&access_token=§abc§&page=2#top'],
  ['driver address', 'app', '--dsn=root:§secret§@tcp(127.0.0.1:3306)/shop'],
  ['connection string', 'app', 'Server=db;User Id=sa;Password=§x§;Encrypt=yes'],
  ['libpq string', 'psql', 'host=db password=§x§ dbname=shop'],
  ['bearer header', 'curl', '-H', 'Authorization: Bearer §abcdef0123456789§'],
  ['basic header', 'curl', '-H', 'authorization: Basic §dXNlcjpwYXNz§'],
  ['key header', 'curl', '-H', 'X-Api-Key: §abc§', '-H', 'Accept: text/html'],
  ['cookie header', 'curl', '-H', 'Cookie: §sid=1; theme=dark§'],
  ['json body', 'curl', '-d', '{"user":"a","password":"§p\\"q§","n":1}'],
  ['form body', 'curl', '-d', 'password=§x§&user=a'],
  ['shell script', 'sh', '-c', 'PGPASSWORD=§x§ psql -h db; mysql -p§y§ shop && echo done'],
  ['shell script with quotes', 'bash', '-c', "app --token '§a b§' --port 3000"],
  ['shell script with a quoted semicolon', 'sh', '-c', "app --token '§a;b§'; ls"],
  ['header in a script', 'sh', '-c', 'curl -H "Authorization: Bearer §abcdef0123456789§" http://h'],
  ['aws key id', 'aws', 'configure', '§AKIAIOSFODNN7EXAMPLE§'],
  ['jwt', 'app', '§eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP§'],
  ['github token', 'git', 'clone', 'https://§ghp_0123456789abcdefghijABCDEFGHIJ§@github.com/a/b'],
  ['key that looks like one', 'app', '--key=§0123456789abcdef0123456789abcdef§'],
  ['base64 after a key-ish name', 'app', '--key', '§q83vEjRWeJASNFZ4kBI0VniQEjRWeJAS§'],
  // What must stay as it is.
  ['port', 'app', '--port', '3000', '-p', '8080:80', '-p8080:80'],
  ['docker port', 'docker', 'run', '-p8080:80', '-p', '5432:5432', 'nginx'],
  ['passthrough', 'app', '--passthrough', 'yes', '--bypass', 'x', '--compass=north'],
  ['tokenizer', 'node', 'tokenizer.js', '--tokenizer', 'bpe', '--tokens', '12', '--max-token', '4096'],
  [
    'files',
    'app',
    '--password-file',
    '/run/p',
    '--token-file=/run/t',
    '--private-key',
    '/etc/x.pem',
    '--ssl-key=./k',
  ],
  ['switches', 'app', '--no-password', 'db', '--ask-pass', 'host', '--password', '--host', 'h'],
  ['switch of psql', 'psql', '--password', 'shop'],
  ['switch of mysql', 'mysql', '--password', 'shop', '-p', 'shop'],
  ['mysql server', 'mysqld', '-p3306', '--port=3306'],
  ['empty values', 'app', '--password=', '--password', '', 'PASSWORD='],
  ['working directory', 'env', 'PWD=/srv/shop', 'app'],
  ['url with port', 'curl', 'http://h:8080/a@b', 'http://user@h:80/', 'https://h/?page=2'],
  ['script without secrets', 'sh', '-c', 'exec app --port "3000" $PASSWORD; echo  "two  spaces"'],
  ['variable in a script', 'sh', '-c', 'app --password "$DB_PASSWORD" --token=$TOKEN'],
  ['ffmpeg', 'ffmpeg', '-i', 'a.mp4', '-pass', '1', 'b.mp4'],
  ['short key', 'app', '--key=name', '--key', 'id', '--cache-key', 'user-profile-settings-page-v2'],
  [
    'hash of an image',
    'docker',
    'run',
    'nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  ],
  ['ssh port', 'ssh', '-p', '2222', 'host'],
  ['nothing at all', ''],
]

for (const [name, ...argv] of ROWS) {
  test(name, () => {
    const given = argv.map(a => a.replaceAll('§', ''))
    const wanted = argv.map(a => a.replaceAll(/§[^§]*§/g, '***'))
    assert.deepEqual(maskSecrets(given), wanted)
    assert.deepEqual(maskSecrets(wanted), wanted, 'masking twice')
  })
}

test('the secret is gone wherever it stands, whatever it is', () => {
  const templates: readonly ((secret: string) => string[])[] = [
    s => ['app', `--password=${s}`],
    s => ['app', '--api-key', s],
    s => [`API_TOKEN=${s}`],
    s => ['mysql', `-p${s}`],
    s => ['curl', '-u', `a:${s}`],
    s => ['curl', '-H', `Authorization: Bearer ${s}`],
    s => ['app', `http://u:${s}@h/`],
    s => ['sh', '-c', `app --token='${s}'`],
  ]
  const secret = fc
    .array(fc.constantFrom(...'abcXYZ019_.,+!%^#~'), { minLength: 8, maxLength: 20 })
    .map(letters => letters.join(''))
  fc.assert(
    fc.property(fc.constantFrom(...templates), secret, (template, s) => {
      assert.ok(!maskSecrets(template(s)).join('\n').includes(s))
    }),
  )
})

test('as many arguments come out as went in, and masking twice changes nothing more', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'mysql',
      '--password',
      '-p',
      '-u',
      'curl',
      'a=b',
      '--token=x',
      '-H',
      'x: y',
      "'",
      '"',
      ';',
      '$x',
    ),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), argv => {
      const masked = maskSecrets(argv)
      assert.equal(masked.length, argv.length)
      assert.deepEqual(maskSecrets(masked), masked)
    }),
  )
})
