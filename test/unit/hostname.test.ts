import { isLoopbackHostname, isPrivateHostname } from '../../nodes/shared/hostname';

/** As the code receives it: normalized by the URL parser. */
const hostnameOf = (host: string) => new URL(`https://${host}/`).hostname;

const loopback = [
	'localhost',
	'LOCALHOST',
	'localhost.',
	'n8n.localhost',
	'127.0.0.1',
	'127.0.0.0',
	'127.255.255.254',
	'127.1',
	'0x7f000001',
	'2130706433',
	'[::1]',
	'[0:0:0:0:0:0:0:1]',
	'[::ffff:127.0.0.1]',
];

const elsewherePrivate = [
	'10.0.0.1',
	'10.255.255.255',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.0.1',
	'192.168.178.20',
	'169.254.169.254',
	'100.64.0.1',
	'100.127.255.255',
	'0.0.0.0',
	'0x0a000001',
	'[::]',
	'[fc00::1]',
	'[fd12:3456:789a::1]',
	'[fe80::1]',
	'[febf::1]',
	'[::ffff:10.0.0.1]',
	'[::ffff:192.168.1.1]',
	'n8n',
	'n8n-main',
	'mylocalhost',
	'n8n.local',
	'n8n.internal',
	'n8n.lan',
	'n8n.home',
	'n8n.corp',
	'n8n.home.arpa',
	'n8n.test',
	'n8n.invalid',
	'N8N.Local',
	'[fec0::1]',
	'[64:ff9b::10.0.0.1]',
	'[::127.0.0.1]',
	'n8n.local.',
	'n8n.',
];

const reachable = [
	'n8n.example.com',
	'example.com',
	'8.8.8.8',
	'9.255.255.255',
	'11.0.0.1',
	'126.255.255.255',
	'128.0.0.1',
	'100.63.255.255',
	'100.128.0.0',
	'169.253.0.1',
	'169.255.0.1',
	'172.15.255.255',
	'172.32.0.0',
	'192.167.0.1',
	'192.169.0.1',
	'193.168.0.1',
	'[2001:db8::1]',
	'[2606:4700::1111]',
	'[::ffff:8.8.8.8]',
	'localhost.example.com',
	'notlocalhost.example.com',
	'127.0.0.1.example.com',
	'10.example.com',
	'local.example.com',
	'internal.example.com',
	'n8n-local.example.com',
	'mylocal.net',
	'fd00.example.com',
];

describe('A loopback host name', () => {
	it.each(loopback)('is %s', (host) => {
		expect(isLoopbackHostname(hostnameOf(host))).toBe(true);
	});

	it.each([...elsewherePrivate, ...reachable])('is not %s', (host) => {
		expect(isLoopbackHostname(hostnameOf(host))).toBe(false);
	});
});

describe('A host name that can’t be reached from the internet', () => {
	it.each([...loopback, ...elsewherePrivate])('is %s', (host) => {
		expect(isPrivateHostname(hostnameOf(host))).toBe(true);
	});

	it.each(reachable)('is not %s', (host) => {
		expect(isPrivateHostname(hostnameOf(host))).toBe(false);
	});
});
