/** Promises about packet filters, routes and neighbours: whole texts or reasons, and tables that agree with themselves. */
import type { Case } from './conformance.ts'
import { check, rejectsAborted, sameSet } from './conformance-check.ts'
import { DECIDER_KINDS, FILTER_VIEWS } from './filter-views.ts'

export const FILTER_CASES: readonly Case[] = [
  {
    name: 'each listing of the packet filter is text or has a reason, and says how it was asked',
    needs: [],
    async run({ os }) {
      const { views } = await os.ruleset()
      sameSet(Object.keys(views), FILTER_VIEWS, 'views')
      for (const name of FILTER_VIEWS) {
        const { text, says } = views[name]
        check(says.trim() !== '', `${name}: nothing is said`)
        check(!text.known || typeof text.value === 'string', `${name} is no text`)
      }
    },
  },
  {
    name: 'whether there is a packet filter agrees with its listings',
    needs: [],
    async run({ os }) {
      const filtered = await os.filtered()
      const { views } = await os.ruleset()
      const { text } = views['nft-json']
      if (!filtered.known || filtered.value || !text.known || text.value === '') return
      check(!text.value.includes('"table"'), 'there is no packet filter, and a listing has a table')
    },
  },
  {
    name: 'what decides outside of the packet filter is told for each kind',
    needs: [],
    async run({ os }) {
      const { outside } = await os.ruleset()
      sameSet(Object.keys(outside), DECIDER_KINDS, 'kinds')
      for (const kind of DECIDER_KINDS) {
        const told = outside[kind]
        for (const one of told.known ? told.value : []) {
          check(one.kind === kind, `a decider of kind ${one.kind} among ${kind}`)
          check(one.place !== '' && one.says !== '', `${kind}: it is not said where or what`)
        }
      }
    },
  },
  {
    name: 'a listing that is not asked for is not asked for',
    needs: [],
    async run({ os }) {
      const { views } = await os.ruleset({ views: ['nft-text'] })
      for (const name of FILTER_VIEWS) {
        const { text } = views[name]
        if (name !== 'nft-text') check(!text.known, `${name} was told`)
      }
    },
  },
  {
    name: 'an aborted signal rejects the reading of the packet filter',
    needs: [],
    run: ({ os }) => rejectsAborted(os.ruleset({ signal: AbortSignal.abort() }), 'ruleset'),
  },
  {
    name: 'routes lead out by interfaces that there are, and rules are in their order',
    needs: [],
    async run({ os }) {
      const told = await os.routes()
      if (!told.known) return
      const { routes, rules, interfaces } = told.value
      const names = new Set(interfaces.map(({ name }) => name))
      for (const { destination, nexthops } of routes)
        for (const hop of nexthops)
          check(names.has(hop.interface), `${destination} leads out by ${hop.interface}, which isn't there`)
      const priorities = rules.map(({ priority }) => priority)
      check(
        priorities.every((priority, i) => i === 0 || priorities[i - 1]! <= priority),
        `rules in the order ${priorities.join(', ')}`,
      )
      check(
        interfaces.every(({ index }) => Number.isInteger(index) && index > 0),
        'an interface without an index',
      )
    },
  },
  {
    name: 'neighbours are on interfaces that there are, one for each address there',
    needs: [],
    async run({ os }) {
      const told = await os.routes()
      if (!told.known) return
      const names = new Set(told.value.interfaces.map(({ name }) => name))
      const seen = new Set<string>()
      for (const { address, interface: device } of told.value.neighbours ?? []) {
        check(names.has(device), `${address} is known on ${device}, which isn't there`)
        check(!seen.has(`${address} ${device}`), `${address} is known twice on ${device}`)
        seen.add(`${address} ${device}`)
      }
    },
  },
]
