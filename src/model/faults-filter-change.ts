/** Faults of changing the packet filter: a part of the catalogue, `faults.ts`. */
import type { FaultEntry } from './fault-entry.ts'

export const FILTER_CHANGE_FAULTS = {
  E_FW_FOREIGN: {
    says: '{file}, line {line}: "{text}" is not ours to do: {why}',
    hint: 'Nothing was changed. A file may hold the table inet portolan and nothing else; keep other rules where they are.',
    exit: 2,
  },
  E_FW_REFUSED: {
    says: 'the rules are not right: {where}{why}',
    hint: 'Nothing was changed. Correct the file and apply it again; --dry-run only checks.',
    exit: 2,
  },
  E_FW_NO_WAY_BACK: {
    says: 'the table as it is now could not be put back: {why}',
    hint: 'Nothing was changed: a change without a way back is not made. See "nft list table inet portolan".',
    exit: 6,
  },
  E_FW_CHANGED: {
    says: 'the table inet portolan is no longer what the plan was made from',
    hint: 'Nothing was changed. Somebody else changes it too: look at it and try again.',
    exit: 6,
  },
  E_FW_FAILED: {
    says: 'the change of the packet filter failed: {why}',
    hint: 'Run "ports fw status" to see how it stands.',
    exit: 6,
  },
  E_FW_BUSY: {
    says: 'another process changes the packet filter at this moment: {who}',
    hint: 'Nothing was changed. Try again when it is done; "ports fw status" says how it stands.',
    exit: 6,
  },
  E_FW_STATE: {
    says: 'the notes on changes of the packet filter in {place} can not be used: {why}',
    hint: '{next}',
    exit: 6,
  },
  E_FW_DENIED: {
    says: 'the packet filter may not be changed: {why}',
    hint: 'Nothing was changed. It takes root (CAP_NET_ADMIN): run the command with sudo.',
    exit: 4,
  },
  E_FW_UNSUPPORTED: {
    says: 'the packet filter can not be changed here: {why}',
    hint: 'Nothing was changed. It takes a running Linux with nftables (the program nft) and koffi.',
    exit: 6,
  },
  E_FW_UNWATCHED: {
    says: 'the watchdog that would bring the old rules back did not start: {why}',
    hint: 'Nothing was changed. A change on trial is only made while somebody watches over it.',
    exit: 6,
  },
  E_FW_UNCONFIRMED: {
    says: 'nothing was changed: there is no terminal to ask on',
    hint: 'Add --yes to do it without being asked, or --dry-run to see only what would be done.',
    exit: 2,
  },
  E_POLICY_SYNTAX: {
    says: '{file}{at}: {why}',
    hint: 'A policy is YAML or JSON with "allow", a list whose entries have port, protocol, from, to, interface and comment; docs/firewall-changes.md has one.',
    exit: 2,
  },
} as const satisfies Record<string, FaultEntry>
