import { canReach } from '../../nodes/shared/eventHooks/reachability';

const ORG = 'https://acme.okta.com';

describe('An Okta org', () => {
	it.each([
		'https://n8n.example.com/webhook/1/webhook',
		'https://n8n.example.com:8443/webhook',
		'https://8.8.8.8/webhook',
		'HTTPS://N8N.EXAMPLE.COM/webhook',
		'https://n8n.example.com/webhook?host=localhost',
		'https://localhost:secret@n8n.example.com/webhook',
	])('can send to %s', (webhookUrl) => {
		expect(canReach(ORG, webhookUrl)).toBe(true);
	});

	it.each([
		['plain http', 'http://n8n.example.com/webhook'],
		['another protocol', 'ftp://n8n.example.com/webhook'],
		['n8n’s default', 'http://localhost:5678/webhook/1/webhook'],
		['this machine over https', 'https://localhost/webhook'],
		['an address of this machine', 'https://127.0.0.1:5678/webhook'],
		['an address of this machine, in another notation', 'https://2130706433/webhook'],
		['this machine over IPv6', 'https://[::1]/webhook'],
		['a private address', 'https://192.168.1.20/webhook'],
		['a private address behind a user name', 'https://n8n.example.com@10.0.0.1/webhook'],
		['a container’s name', 'https://n8n:5678/webhook'],
		['a private network name', 'https://n8n.internal/webhook'],
		['nothing', ''],
		['text that isn’t a URL', 'not a URL'],
		['a URL without a host', 'https://'],
		['a path', '/webhook/1/webhook'],
	])('can’t send to %s', (_what, webhookUrl) => {
		expect(canReach(ORG, webhookUrl)).toBe(false);
	});
});

describe('A local org', () => {
	it.each([
		['http://127.0.0.1:4010', 'http://127.0.0.1:5678/webhook'],
		['http://localhost:4010', 'http://localhost:5678/webhook'],
		['http://[::1]:4010', 'http://192.168.1.20/webhook'],
		['https://localhost:4010', 'https://n8n.example.com/webhook'],
	])('%s can send to %s', (orgUrl, webhookUrl) => {
		expect(canReach(orgUrl, webhookUrl)).toBe(true);
	});

	it.each(['', 'not a URL', '/webhook'])('can’t send to "%s", which isn’t a URL', (webhookUrl) => {
		expect(canReach('http://127.0.0.1:4010', webhookUrl)).toBe(false);
	});
});

describe('An org on a host whose name only looks local', () => {
	it('isn’t a local org', () => {
		expect(canReach('https://localhost.example.com', 'http://127.0.0.1:5678/')).toBe(false);
	});
});
