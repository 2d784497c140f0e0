import type { Owner } from './rest';

/** The owner account of every n8n in the tests. */
export const OWNER: Owner = {
	email: 'olivia.owner@example.com',
	password: 'Owner-of-n8n-1',
	firstName: 'Olivia',
	lastName: 'Owner',
};
