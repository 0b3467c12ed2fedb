import assert from 'node:assert/strict'
import { test } from 'node:test'
import { junitText } from './junit.ts'

test('a report has its counts, and nothing breaks out of it', () => {
  const report = junitText('rules "a" & b', [
    { name: 'accept tcp' },
    { name: 'drop <udp>', failure: { message: 'wanted "drop"', details: 'a\u0007 > b' } },
  ])
  assert.equal(
    report,
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuite name="rules &quot;a&quot; &amp; b" tests="2" failures="1" errors="0" skipped="0">',
      '  <testcase name="accept tcp"/>',
      '  <testcase name="drop &lt;udp&gt;">',
      '    <failure message="wanted &quot;drop&quot;">a &gt; b</failure>',
      '  </testcase>',
      '</testsuite>',
      '',
    ].join('\n'),
  )
})
