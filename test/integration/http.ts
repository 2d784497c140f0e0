import { request } from 'node:http';

export interface RawResponse {
	status: number;
	body: string;
}

/**
 * Sends a request exactly as given: headers may be repeated, and the body is not encoded.
 *
 * @param headers name, value, name, value, …
 */
export async function send(
	method: 'GET' | 'POST',
	url: string,
	headers: string[] = [],
	body = '',
): Promise<RawResponse> {
	return await new Promise((resolve, reject) => {
		const required = ['Host', new URL(url).host, 'Content-Length', String(Buffer.byteLength(body))];
		const sent = request(url, { method, headers: [...required, ...headers] }, (response) => {
			let text = '';
			response.setEncoding('utf8');
			response.on('data', (chunk: string) => (text += chunk));
			response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
		});
		sent.on('error', reject);
		sent.end(body);
	});
}
