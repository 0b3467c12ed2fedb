/** Over what a change may be confirmed: a connection that is newer than it, or a console; and what stays then. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { PORTS, ran } from '../stage/troupe.ts'
import { Berth, kill, skip } from './berth.ts'
import { Harbour } from './harbour.ts'
import { meanwhile, NEW, OLD, others } from './scenery.ts'

const FW_CONFIRM = ['fw', 'confirm']

test('over an old connection it is refused, over a new one it counts; with and without sshd’s word', {
  skip,
}, async () => {
  const harbour = await Harbour.open()
  const { here } = harbour
  try {
    await here.load(OLD)
    const port = await harbour.server()
    const rules = here.file('rules.nft', NEW)
    for (const ssh of [true, false]) {
      const first = await harbour.login(port)
      assert.equal((await first.run(['fw', 'apply', rules], { ssh })).status, 0)
      const status = await first.run(['fw', 'status'], { ssh })
      assert.match(status.out, /from 10\.77\.0\.2:\d+\n/)
      const old = await first.run(FW_CONFIRM, { ssh })
      assert.equal(old.status, 1, old.out)
      assert.match(old.out, /10\.77\.0\.2:\d+ is older than the change, and shows nothing/)
      assert.equal((await first.run([...FW_CONFIRM, '--anyway'], { ssh })).status, 1)
      const second = await harbour.login(port)
      const confirmed = await second.run(FW_CONFIRM, { ssh })
      assert.equal(confirmed.status, 0, confirmed.out)
      assert.match(confirmed.out, /^confirmed: apply /)
      await here.unwatched()
      assert.match(await here.own(), /dport 443/)
      assert.match(
        (await second.run(['fw', 'status'])).out,
        /nothing is on trial\n {2}last: .* was confirmed/,
      )
    }
  } finally {
    await harbour.close()
  }
})

test('a connection over loopback is carried by something else, so nothing is known', { skip }, async () => {
  const harbour = await Harbour.open()
  try {
    const port = await harbour.server('127.0.0.1')
    const login = await harbour.login(port, '127.0.0.1')
    const rules = harbour.here.file('rules.nft', NEW)
    assert.equal((await login.run(['fw', 'apply', rules])).status, 0)
    const newer = await harbour.login(port, '127.0.0.1')
    const { status, out } = await newer.run(FW_CONFIRM)
    assert.equal(status, 6, out)
    assert.match(out, /it came over loopback, from 127\.0\.0\.1:\d+/)
    assert.equal((await newer.run([...FW_CONFIRM, '--anyway'])).status, 0)
  } finally {
    await harbour.close()
  }
})

test('a flow that is gone, as tmux keeps one, shows nothing', { skip }, async () => {
  const berth = await Berth.open()
  try {
    assert.equal((await berth.fw('apply', berth.file('rules.nft', NEW))).status, 0)
    const gone = ['env', 'SSH_CONNECTION=192.0.2.7 50000 192.0.2.1 22', process.execPath, PORTS]
    const { status, out } = await berth.run(...gone, ...FW_CONFIRM)
    assert.equal(status, 6, out)
    assert.match(out, /connection from 192\.0\.2\.7:50000 that this shell was started over is gone/)
    const undecided = await berth.fw('confirm')
    assert.equal(undecided.status, 6)
    assert.match(undecided.out, /at no terminal, by nothing that holds a connection/)
  } finally {
    await berth.close()
  }
})

test('a terminal of the machine itself counts, and the tables of others stay as they became meanwhile', {
  skip,
}, async () => {
  const berth = await Berth.open()
  try {
    await others(berth)
    await berth.load(OLD)
    assert.equal((await berth.fw('apply', berth.file('rules.nft', NEW))).status, 0)
    await meanwhile(berth)
    const theirs = await berth.others()
    const line = `exec ${process.execPath} ${PORTS} fw confirm`
    const { status, out } = await ran(berth.inside(['script', '-qec', line, '/dev/null']))
    assert.equal(status, 0, out)
    await berth.unwatched()
    assert.match(await berth.own(), /dport 443/)
    assert.equal(await berth.others(), theirs)
    // And back: what others added stays there, too.
    assert.equal((await berth.fw('apply', berth.file('old.nft', OLD))).status, 0)
    await meanwhile(berth)
    const later = await berth.others()
    assert.equal((await berth.fw('rollback')).status, 0)
    assert.match(await berth.own(), /dport 443/)
    assert.equal(await berth.others(), later)
  } finally {
    await berth.close()
  }
})

test('the terminal closes while a change is on trial: the watchdog goes on', { skip }, async () => {
  const berth = await Berth.open()
  try {
    await berth.load(OLD)
    const old = await berth.own()
    const rules = berth.file('rules.nft', NEW)
    // script(1) ends with its terminal, which hangs up on everybody who lives in that session.
    const line = `${process.execPath} ${PORTS} fw apply ${rules}; kill -9 $PPID; sleep 60`
    await ran(berth.inside(['script', '-qec', line, '/dev/null']))
    assert.equal(berth.watchdogs().length, 1)
    assert.match((await berth.fw('status')).out, /on trial: apply .*\n.* from terminal pts\/\d+\n/)
    kill(berth.watchdogs()[0]!, 'SIGHUP')
    assert.notEqual(await berth.own(), old)
    assert.match((await berth.fw('status')).out, /on trial/)
    kill(berth.watchdogs()[0]!, 'SIGTERM')
    await berth.unwatched()
    assert.equal(await berth.own(), old)
  } finally {
    await berth.close()
  }
})

test('with --persist the confirmed rules are in a file of their own that nft loads', { skip }, async () => {
  const berth = await Berth.open()
  try {
    await berth.must('mount', '-t', 'tmpfs', 'tmpfs', '/etc/systemd/system')
    await berth.must('sh', '-c', 'mkdir -p /run/etc && cp -a /etc/. /run/etc && mount --bind /run/etc /etc')
    const rules = berth.file('rules.nft', NEW)
    assert.equal((await berth.fw('apply', rules, '--persist')).status, 0)
    assert.equal((await berth.run('cat', '/etc/portolan/firewall.nft')).status, 1)
    const { status, out } = await berth.fw('confirm', '--anyway')
    assert.equal(status, 0, out)
    assert.match(out, /nothing loads \/etc\/portolan\/firewall\.nft at a boot/)
    const now = await berth.own()
    await berth.must('nft', 'flush', 'ruleset')
    await berth.must('nft', '-f', '/etc/portolan/firewall.nft')
    assert.equal(await berth.own(), now)
    // Where systemd started the machine there is a unit, too.
    await berth.must('mkdir', '-p', '/run/systemd/system')
    await berth.must(
      'sh',
      '-c',
      'printf "#!/bin/sh\\necho \\$* >> /run/asked\\n" > /run/ctl; chmod +x /run/ctl',
    )
    await berth.must('mount', '--bind', '/run/ctl', '/usr/bin/systemctl')
    assert.equal((await berth.fw('apply', rules, '--persist')).status, 0)
    assert.equal((await berth.fw('confirm', '--anyway')).status, 0)
    assert.equal(await berth.must('cat', '/run/asked'), 'daemon-reload\nenable portolan-firewall.service\n')
    const unit = await berth.must('cat', '/etc/systemd/system/portolan-firewall.service')
    assert.match(unit, /^ExecStart=\/usr\/sbin\/nft -f \/etc\/portolan\/firewall\.nft$/m)
  } finally {
    await berth.close()
  }
})
