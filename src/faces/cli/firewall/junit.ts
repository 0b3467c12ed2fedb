/** A test report as JUnit's XML, which CI systems read: a case for each flow of a suite. */

export interface JunitCase {
  readonly name: string
  /** What went wrong, and the details; absent where nothing did. */
  readonly failure?: { readonly message: string; readonly details: string }
}

export function junitText(suite: string, cases: readonly JunitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escaped(suite)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`,
    ...cases.flatMap(caseLines),
    '</testsuite>',
    '',
  ].join('\n')
}

function caseLines({ name, failure }: JunitCase): readonly string[] {
  if (failure === undefined) return [`  <testcase name="${escaped(name)}"/>`]
  return [
    `  <testcase name="${escaped(name)}">`,
    `    <failure message="${escaped(failure.message)}">${escaped(failure.details)}</failure>`,
    '  </testcase>',
  ]
}

/** XML 1.0 section 2.4; what section 2.2 allows in no document is left out. */
const escaped = (text: string): string =>
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '').replace(/[&<>"]/g, character => `&${ENTITIES[character]!};`)

const ENTITIES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }
