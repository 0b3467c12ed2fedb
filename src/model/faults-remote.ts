/** Faults of hosts that are asked from afar: a part of the catalogue, `faults.ts`. */
import type { FaultEntry } from './fault-entry.ts'

export const REMOTE_FAULTS = {
  E_REMOTE_TARGET: {
    says: '"{text}" is not a host to log in to: {why}',
    hint: 'Write ssh://host, ssh://user@host, ssh://host:2222 or ssh://[2001:db8::1]; a name from your ssh configuration is a host, too.',
    exit: 2,
  },
  E_REMOTE_CLIENT: {
    says: 'could not run {program}: {why}',
    hint: 'Install the OpenSSH client (on Debian: openssh-client), which other hosts are reached by.',
    exit: 2,
  },
  E_REMOTE_HOST_KEY: {
    says: '{place} is not known to be who it says: {why}',
    hint: 'Log in once by hand and compare the fingerprint: ssh {login}. If the key has changed, ask the owner of that host first.',
    exit: 2,
  },
  E_REMOTE_DENIED: {
    says: '{place} let nobody in: {why}',
    hint: 'Nobody is asked for a password here. Try "ssh {login} true" until it works without one: a key in the agent, or IdentityFile in your ssh configuration.',
    exit: 4,
  },
  E_REMOTE_UNREACHABLE: {
    says: '{place} can’t be reached: {why}',
    hint: 'Try "ssh -v {login} true" to see how far it comes.',
    exit: 6,
  },
  E_REMOTE_TIMEOUT: {
    says: '{place} did not answer in {seconds} s: {why}',
    hint: 'Try "ssh {login} true"; a login script there that waits for somebody stands in the way, too.',
    exit: 5,
  },
  E_REMOTE_AGENT: {
    says: 'no agent runs on {place}: {why}',
    hint: 'Install portolan there so that "ssh {login} portolan --version" answers, or name it: --agent-command "/opt/portolan/bin/ports.js".',
    exit: 2,
  },
  E_REMOTE_VERSION: {
    says: '{place} has {program}, which speaks version {theirs} of the agent’s words; this one speaks {ours}',
    hint: 'Install the same version of portolan on both machines.',
    exit: 2,
  },
  E_REMOTE_LOST: {
    says: 'the connection to {place} is lost: {why}',
    hint: 'What was asked has no answer. Ask again.',
    exit: 6,
  },
  E_REMOTE_ANSWER: {
    says: '{place} could not answer: {why}',
    hint: 'Ask on that machine itself to see what stands in the way.',
    exit: 6,
  },
  E_REMOTE_INPUT: {
    says: 'the agent was told what it does not understand: {why}',
    hint: 'It is started by another ports, through --host ssh://… or --at; it is not made to be typed to.',
    exit: 2,
  },
} as const satisfies Record<string, FaultEntry>
