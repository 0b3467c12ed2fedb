import type { Cause } from './cause.ts'

/** Once the connection stands. */
export const AFTER_CAUSES = {
  'resets-at-once': {
    leg: 'after',
    title: 'the connection is reset {when|as soon as it stands}',
    shownBy: 'a reset right after the handshake, or after the first bytes',
    disprovedBy: 'a connection that stays',
    remedy: 'Look into the server’s log: it may allow only some clients, or want another protocol.',
  },
  'closes-at-once': {
    leg: 'after',
    title: 'the connection is closed at once without a word',
    shownBy: 'the end of the stream before any byte',
    disprovedBy: 'bytes before the end',
    remedy: 'Look into the server’s log: it may allow only some clients, or its own backend may be gone.',
  },
  'data-lost': {
    leg: 'after',
    title: 'the connection stands, and what is sent is never acknowledged',
    shownBy: 'segments that are sent again and again (tcp_info), of any size',
    disprovedBy: 'an acknowledgement',
    remedy: 'Look for a filter that lets handshakes through and not what follows.',
  },
  silent: {
    leg: 'after',
    title: 'the server takes the connection and says nothing{within|}',
    shownBy: 'bytes that are acknowledged and not answered in time',
    disprovedBy: 'an answer',
    remedy:
      'Look at the process: it may be stuck, stopped, slow, or waiting for another protocol. A longer --timeout waits longer for it.',
  },
  'other-protocol': {
    leg: 'after',
    title: 'something else answers there: {protocol|another protocol}',
    shownBy: 'the first bytes of the answer',
    disprovedBy: 'an answer of the protocol that was asked for',
    remedy: 'Ask for the port of the right service, or by the right protocol.',
  },
  'plain-on-tls': {
    leg: 'after',
    title: 'the server speaks TLS there, and was asked in plain text',
    shownBy: 'a TLS alert, or an HTTP answer that says so, to plain text; a handshake that goes through',
    disprovedBy: 'an answer in plain text',
    remedy: 'Ask by TLS: https:// instead of http://.',
  },
  'tls-on-plain': {
    leg: 'after',
    title: 'the server speaks plain text there, and was asked by TLS',
    shownBy: 'a handshake that fails on bytes that are no TLS, and an answer in plain text',
    disprovedBy: 'a handshake that goes through',
    remedy: 'Ask in plain text, or switch TLS on at the server.',
  },
  'tls-version': {
    leg: 'after',
    title: 'client and server have no version of TLS in common',
    shownBy: 'the alert protocol_version (RFC 8446 section 6.2)',
    disprovedBy: 'a handshake that goes through',
    remedy: 'Let the server offer TLS 1.2 or 1.3.',
  },
  'tls-refused': {
    leg: 'after',
    title: 'the server ends the handshake of TLS',
    shownBy: 'an alert, with what the library says of it',
    disprovedBy: 'a handshake that goes through',
    remedy: 'The alert says what it wants: another name, a certificate of the client, another cipher.',
  },
  'tls-expired': {
    leg: 'after',
    title: 'the certificate of {name|the name} has expired',
    shownBy: 'the certificate’s last day, and the clock',
    disprovedBy: 'a certificate that is valid today, or a wrong clock here',
    remedy: 'Renew the certificate.',
  },
  'tls-not-yet-valid': {
    leg: 'after',
    title: 'the certificate of {name|the name} is not valid yet',
    shownBy: 'the certificate’s first day, and the clock',
    disprovedBy: 'a certificate that is valid today, or a wrong clock here',
    remedy:
      'Look at the clocks of both hosts; where they are right, have a certificate issued that is valid now.',
  },
  'tls-name': {
    leg: 'after',
    title: 'the certificate is not for {name|the name}',
    shownBy: 'the names in the certificate',
    disprovedBy: 'that name in the certificate',
    remedy: 'Ask for a name that the certificate has, or have one made for {name|the name}.',
  },
  'tls-untrusted': {
    leg: 'after',
    title: 'nobody we trust vouches for the certificate of {name|the name}',
    shownBy: 'the chain of the certificate, and what the library says of it',
    disprovedBy: 'a chain that ends at a trusted root',
    remedy:
      'Have it signed by who is trusted, and the whole chain sent by the server; or trust its issuer here.',
  },
  loss: {
    leg: 'quality',
    title: 'packets are lost on the way',
    shownBy: 'of several attempts some need a second try or fail, without a pattern',
    disprovedBy: 'many attempts without a second try',
    remedy: 'Look at the links on the way: errors, queues, limits.',
    lets: true,
  },
  slow: {
    leg: 'quality',
    title: 'it answers slowly: {time|long}',
    shownBy: 'the time from the attempt to its answer, beside that of a ping',
    disprovedBy: 'attempts that are quick again and again',
    remedy: 'Look where the time goes: the layers above say it.',
    lets: true,
  },
} as const satisfies Readonly<Record<string, Cause>>
