import type { Owner } from './rest';

/** Who owns every n8n of the tests. */
export const OWNER: Owner = {
	email: 'olivia.owner@example.com',
	password: 'Owner-of-n8n-1',
	firstName: 'Olivia',
	lastName: 'Owner',
};
