import { request } from 'node:http';

export interface RawAnswer {
	status: number;
	body: string;
}

/**
 * Sends a request byte for byte as told: repeated headers stay repeated, and the body is sent as it
 * is.
 *
 * @param headers name, value, name, value, …
 */
export async function send(
	method: 'GET' | 'POST',
	url: string,
	headers: string[] = [],
	body = '',
): Promise<RawAnswer> {
	return await new Promise((resolve, reject) => {
		const always = ['Host', new URL(url).host, 'Content-Length', String(Buffer.byteLength(body))];
		const sent = request(url, { method, headers: [...always, ...headers] }, (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => (text += chunk));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
		});
		sent.on('error', reject);
		sent.end(body);
	});
}
