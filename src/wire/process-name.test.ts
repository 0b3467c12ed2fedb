import assert from 'node:assert/strict'
import test from 'node:test'
import { processName } from './process-name.ts'

type Row = readonly [name: string, argv: readonly string[], comm?: string, exe?: string]
const ROWS: readonly Row[] = [
  // Programs.
  ['sshd', ['/usr/sbin/sshd', '-D']],
  ['postgres', ['/usr/lib/postgresql/15/bin/postgres', '-D', '/var/lib/postgresql']],
  ['docker-proxy', ['/usr/bin/docker-proxy', '-proto', 'tcp', '-host-ip', '0.0.0.0']],
  ['beam.smp', ['/usr/lib/erlang/erts-13/bin/beam.smp', '-W', 'w']],
  ['php-fpm8.2', ['/usr/sbin/php-fpm8.2', '--nodaemonize']],
  ['bash', ['-bash']],
  ['a)b', ['/opt/a)b']],
  ['foo', ['/lib64/ld-linux-x86-64.so.2', '--library-path', '/opt/lib', '/opt/bin/foo', '-x']],
  ['busybox httpd', ['busybox', 'httpd', '-f', '-p', '80']],
  // Node.
  ['node server.js', ['node', 'server.js']],
  ['node shop/server.js', ['/usr/bin/node', '--inspect', '/srv/shop/server.js']],
  ['node shop/dist/index.js', ['node', '/srv/shop/dist/index.js']],
  ['node src/app.ts', ['node', '-r', 'dotenv/config', 'src/app.ts']],
  ['node orders.mjs', ['node', '/srv/orders.mjs']],
  ['node -e', ['node', '-e', 'require("http").createServer().listen(1)']],
  ['node', ['/usr/local/bin/node']],
  ['node -', ['node', '-']],
  ['node bin/www', ['node', './bin/www']],
  ['node --run dev', ['node', '--run', 'dev']],
  ['vite', ['node', '/srv/shop/node_modules/.bin/vite', '--port', '3000']],
  ['vite', ['node', '/srv/shop/node_modules/vite/bin/vite.js']],
  ['react-scripts', ['node', '/srv/shop/node_modules/react-scripts/scripts/start.js']],
  ['@remix-run/serve', ['node', '/srv/shop/node_modules/@remix-run/serve/dist/cli.js', 'build']],
  ['node x.js', ['node', '/srv/node_modules/x.js']],
  ['npm run dev', ['node', '/usr/bin/npm', 'run', 'dev']],
  ['npm run dev', ['npm', 'run', 'dev', '--', '--port', '3000']],
  ['npm run dev', ['npm run dev']],
  ['npm run dev', ['node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'run', 'dev']],
  ['npx @angular/cli', ['npx', '-y', '@angular/cli', 'serve']],
  ['next-server (v16.1.1)', ['next-server (v16.1.1)'], 'next-server (v1'],
  ['deno main.ts', ['deno', 'run', '--allow-net', 'main.ts']],
  ['deno task dev', ['deno', 'task', 'dev']],
  ['deno', ['deno']],
  ['bun server.ts', ['bun', 'server.ts']],
  ['bun run dev', ['bun', 'run', 'dev']],
  ['bun src/index.ts', ['bun', 'run', '--hot', 'src/index.ts']],
  // Python and its like.
  ['python -m http.server', ['python3', '-m', 'http.server', '8000']],
  ['python -m http.server', ['python', '-u', '-mhttp.server', '8000']],
  ['foo', ['python3.11', '/usr/bin/foo', '--serve']],
  ['gunicorn', ['/srv/venv/bin/python', '/srv/venv/bin/gunicorn', 'shop:app']],
  ['python manage.py', ['python3', 'manage.py', 'runserver']],
  ['python -c', ['python3', '-c', 'from multiprocessing.spawn import spawn_main']],
  ['python shop/__main__.py', ['python3', '/srv/shop/__main__.py']],
  ['rails', ['ruby', 'bin/rails', 'server']],
  ['ruby web.rb', ['/usr/bin/ruby3.1', '-I', 'lib', 'web.rb']],
  ['php -S', ['php', '-S', 'localhost:8000', 'router.php']],
  ['php artisan', ['php8.2', 'artisan', 'serve']],
  ['perl daemon.pl', ['perl', '-w', '/opt/daemon.pl']],
  ['foo', ['/usr/bin/perl', '/usr/sbin/foo']],
  // Java and .NET.
  ['java x.jar', ['java', '-Xmx1g', '-jar', '/opt/x.jar', '--port', '80']],
  ['java com.Foo', ['java', '-cp', 'a.jar:b.jar', 'com.Foo']],
  ['java com.Main', ['/usr/lib/jvm/bin/java', '--module-path', 'mods', '-m', 'shop/com.Main']],
  ['dotnet Shop.dll', ['dotnet', '/srv/Shop.dll', '--urls', 'http://*:80']],
  ['dotnet run', ['dotnet', 'run', '--project', 'Shop']],
  // Shells.
  ['sh -c', ['sh', '-c', 'while true; do nc -l 80; done']],
  ['bash -lc', ['/bin/bash', '-lc', 'serve']],
  ['bash', ['bash', '-l']],
  ['bash', ['bash', '/dev/fd/3', 'x']],
  ['sh run.sh', ['/bin/sh', '-e', 'run.sh']],
  // Titles.
  ['nginx: worker process', ['nginx: worker process']],
  ['nginx: master process', ['nginx: master process /usr/sbin/nginx -g daemon on; master_process on;']],
  ['nginx: master process', ['nginx: master process nginx -g daemon off;']],
  ['postgres: writer process', ['postgres: writer process   ']],
  ['postgres: 15/main: walwriter', ['postgres: 15/main: walwriter ']],
  ['sshd', ['sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups']],
  ['sshd: alice@pts/0', ['sshd: alice@pts/0']],
  ['php-fpm: master process', ['php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)']],
  ['gunicorn: master [shop:app]', ['gunicorn: master [shop:app]']],
  ['puma 6.4.0 (tcp://0.0.0.0:3000) [shop]', ['puma 6.4.0 (tcp://0.0.0.0:3000) [shop]']],
  ['redis-server *:6379', ['/usr/bin/redis-server *:6379'], 'redis-server'],
  ['chrome', ['/opt/google/chrome/chrome --type=renderer --lang=de --path=/a/b'], 'chrome'],
  ['server', ['/opt/my app/server'], 'server'],
  ['server', ['/opt/my app/server'], 'other', '/opt/my app/server'],
  // Hardly anything to go by.
  ['kworker/0:1', [], 'kworker/0:1'],
  ['sleep', [], '', '/usr/bin/sleep'],
  ['(unnamed)', [], ''],
  ['comm', [''], 'comm'],
  ['foo', ['', 'x'], 'comm', '/opt/foo (deleted)'],
  ['comm', ['/opt/'], 'comm'],
  ['\u001b[31mred', ['/opt/\u001b[31mred']],
]
for (const [name, argv, comm = 'comm', exe] of ROWS) {
  test(`${JSON.stringify(argv).slice(1, -1)}, ${JSON.stringify(comm)}, ${exe}: ${name}`, () =>
    assert.equal(processName(comm, argv, exe), name))
}

test('arguments of any number and length are named in no time', () => {
  for (const argv of [
    Array.from({ length: 100_000 }, () => 'ld-linux.so'),
    ['node', ...Array.from({ length: 100_000 }, () => '-r')],
    [`/opt/x${'1.'.repeat(100_000)}x`],
    [`x${' '.repeat(200_000)}x`],
    [`/x${' '.repeat(200_000)}x`],
    ['node', `/a${'/bin'.repeat(50_000)}/x`],
  ]) {
    assert.equal(typeof processName('comm', argv), 'string')
  }
})
