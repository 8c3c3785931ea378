import { browser } from '$app/environment';

// Pages are built with the default filters, and bring the rows of these. A link with filters asks for rows of its own:
// rows of the defaults must never show under other filters.
export const load = async ({ parent, url }) => {
	const layout = await parent();
	return browser && url.search ? { data: {} } : { data: layout.data };
};
