/** Verdicts, policies and the ways between chains. */
import { type Case, chain, hook, inet, input, strict } from '../case.ts'

export const VERDICTS: readonly Case[] = [
  { name: 'a rule accepts', rules: strict('tcp dport 22 accept'), packets: 'tcp a > me:22 = accept by in/1' },
  {
    name: 'a policy drops',
    rules: strict('tcp dport 22 accept'),
    packets: 'tcp a > me:80 = drop by in/policy',
  },
]
