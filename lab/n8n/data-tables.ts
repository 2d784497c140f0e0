import type { Json, N8nRest } from './rest';

export interface DataTable {
	id: string;
	name: string;
}

/** The data tables in the signed-in user's personal project. They need n8n 2. */
export interface DataTables {
	/** The table with exactly this name, or none. */
	named(name: string): Promise<DataTable[]>;
	/** @param dateColumn the name of its only column */
	create(name: string, dateColumn: string): Promise<DataTable>;
	insert(table: DataTable, ...rows: Json[]): Promise<void>;
	/** Up to 100 rows. */
	rows(table: DataTable): Promise<Json[]>;
	delete(table: DataTable): Promise<void>;
}

/** Opens the data tables the way the editor does. */
export async function dataTables(rest: N8nRest): Promise<DataTables> {
	const project = await rest.call<{ id: string }>('GET', '/rest/projects/personal');
	const path = `/rest/projects/${project.id}/data-tables`;
	return {
		async named(name) {
			// n8n finds every table whose name contains this one.
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
