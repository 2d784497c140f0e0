import type { Json, N8nRest } from './rest';

export interface DataTable {
	id: string;
	name: string;
}

/** The data tables in the personal project of whoever is signed in. n8n 2 has them. */
export interface DataTables {
	/** The one with exactly this name, if there is one. */
	named(name: string): Promise<DataTable[]>;
	/** @param dateColumn the name of its only column */
	create(name: string, dateColumn: string): Promise<DataTable>;
	insert(table: DataTable, ...rows: Json[]): Promise<void>;
	/** At most a hundred. */
	rows(table: DataTable): Promise<Json[]>;
	delete(table: DataTable): Promise<void>;
}

/** Opens them as the editor does. */
export async function dataTables(rest: N8nRest): Promise<DataTables> {
	const project = await rest.call<{ id: string }>('GET', '/rest/projects/personal');
	const path = `/rest/projects/${project.id}/data-tables`;
	return {
		async named(name) {
			// n8n finds each whose name has this in it.
			const query = new URLSearchParams({ filter: JSON.stringify({ name }) });
			const { data } = await rest.call<{ data: DataTable[] }>('GET', `${path}?${query}`);
			return data.filter((table) => table.name === name);
		},
		async create(name, dateColumn) {
			const columns = [{ name: dateColumn, type: 'date' }];
			return await rest.call('POST', path, { name, columns });
		},
		async insert({ id }, ...rows) {
			await rest.call('POST', `${path}/${id}/insert`, { data: rows, returnType: 'count' });
		},
		async rows({ id }) {
			const { data } = await rest.call<{ data: Json[] }>('GET', `${path}/${id}/rows?take=100`);
			return data;
		},
		async delete({ id }) {
			await rest.call('DELETE', `${path}/${id}`);
		},
	};
}
