/** Shells, files and screens: servers that speak first. */
import { begins, characters, firstLine, type Greeting } from './greeting.ts'

export const SESSIONS: readonly Greeting[] = [
  {
    name: 'ssh',
    title: 'SSH',
    source: 'RFC 4253 section 4.2',
    ports: [22, 2222],
    schemes: ['ssh', 'sftp'],
    first: 'server',
    // Other lines may stand before the identification.
    speaks: bytes => /(?:^|\n)SSH-\d+\.\d+-/.test(characters(bytes)),
    says: bytes => /SSH-[\x20-\x7e]{1,120}/.exec(characters(bytes))?.[0],
  },
  {
    name: 'ftp',
    title: 'FTP',
    source: 'RFC 959 section 5.4',
    ports: [21],
    tlsPorts: [990],
    schemes: ['ftp'],
    tlsSchemes: ['ftps'],
    first: 'server',
    farewell: 'QUIT\r\n',
    speaks: begins(/^(?:120|220|421)[ -]/),
    says: firstLine,
  },
  {
    name: 'telnet',
    title: 'Telnet',
    source: 'RFC 854',
    ports: [23],
    tlsPorts: [992],
    schemes: ['telnet'],
    first: 'server',
    // IAC, then WILL, WON'T, DO or DON'T.
    speaks: bytes => bytes[0] === 0xff && bytes[1]! >= 0xfb && bytes[1]! <= 0xfe,
  },
  {
    name: 'vnc',
    title: 'VNC (RFB)',
    source: 'RFC 6143 section 7.1.1',
    ports: [5900, 5901],
    schemes: ['vnc'],
    first: 'server',
    speaks: begins(/^RFB \d{3}\.\d{3}\n/),
    says: firstLine,
  },
  {
    name: 'rsync',
    title: 'rsync',
    source: 'rsyncd.conf(5)',
    ports: [873],
    schemes: ['rsync'],
    first: 'server',
    speaks: begins(/^@RSYNCD: /),
    says: firstLine,
  },
]
