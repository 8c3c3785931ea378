// What every page shares: the catalogue's names in the page's language, the filters in the link, links that keep them.
import { derived, writable } from 'svelte/store';
import { page } from '$app/stores';
import catalogue from './catalogue.json';

export const LANGUAGES = ['kk', 'ru', 'en'];
export const snapshot = catalogue.snapshot;
export const years = catalogue.years;
export const sources = catalogue.sources;

const named = (rows) => Object.fromEntries(rows.map((row) => [row.key, row]));
const labels = named(catalogue.labels);
const codes = named(catalogue.codes);
export const regions = named(catalogue.regions);
export const metrics = named(catalogue.metrics);
export const centres = named(catalogue.centres);
export const risks = named(catalogue.risks);
export const recommendations = named(catalogue.recommendations);

// Filters: what the link may say, and what holds when it says nothing. What is not in the catalogue is ignored.
const isYear = (value) => years.includes(value);
const isWord = (value) => /^[\w.-]{1,40}$/.test(value);
const FILTERS = {
	year: { accepts: isYear, otherwise: years[years.length - 1] ?? '0' },
	month: { accepts: (value) => /^(0[1-9]|1[0-2])$/.test(value), otherwise: '' },
	region: { accepts: (value) => value in regions, otherwise: 'KZ' },
	metric: { accepts: (value) => value in metrics, otherwise: '' },
	centre: { accepts: (value) => value in centres, otherwise: Object.keys(centres)[0] ?? '' },
	risk: { accepts: (value) => value in risks, otherwise: '' },
	status: { accepts: isWord, otherwise: '' },
	state: { accepts: isWord, otherwise: '' },
	source: { accepts: isWord, otherwise: '' },
	problem: { accepts: (value) => /^[0-9a-f]{32}$/.test(value), otherwise: '' },
	delivery: { accepts: (value) => /^\d{1,9}$/.test(value), otherwise: '' },
	claim: { accepts: isWord, otherwise: '' }
};
const defaults = Object.fromEntries(Object.entries(FILTERS).map(([name, filter]) => [name, filter.otherwise]));

export function readFilters(search) {
	const given = new URLSearchParams(search);
	return Object.fromEntries(
		Object.entries(FILTERS).map(([name, filter]) => {
			const value = given.get(name);
			return [name, value !== null && filter.accepts(value) ? value : filter.otherwise];
		})
	);
}

// The layout sets it from the link, in the browser only: pages are built with the defaults.
export const filters = writable(defaults);

export const lang = derived(page, ($page) => $page.params.lang ?? 'kk');

export const t = derived(lang, ($lang) => (key) => labels[key]?.[$lang] ?? key.replace(/^source\./, ''));

const nameIn = (names) => derived(lang, ($lang) => (key) => names[key]?.[$lang] ?? key);
export const regionName = nameIn(regions);
export const metricName = nameIn(metrics);
export const centreName = nameIn(centres);
export const riskName = nameIn(risks);
export const recommendationName = nameIn(recommendations);

export const codeName = derived(
	[lang, t],
	([$lang, $t]) =>
		(metric, breakdown, value) =>
			breakdown === 'all'
				? $t('word.all')
				: String(value).split('+').map((code) => codes[`${metric}|${breakdown}|${code}`]?.[$lang] ?? code).join(' + ')
);

export const unitName = derived(
	[lang, t],
	([$lang, $t]) => (metric, unit) =>
		unit === 'per_exposure' || !(metric in metrics) || metrics[metric].unit !== unit
			? $t(`unit.${unit}`)
			: metrics[metric][`unit_${$lang}`]
);

// The filters that go with the reader from page to page.
const KEPT = ['year', 'month', 'region'];

// The number in the row of a status; none where no row has it.
export const countOf = (rows, status, column) => Array.from(rows ?? []).find((row) => row.status === status)?.[column] ?? 0;

export const link = derived([lang, filters], ([$lang, $filters]) => (name, extra = {}) => {
	const wanted = Object.fromEntries(KEPT.map((filter) => [filter, $filters[filter]]));
	return address($lang, name, { ...wanted, ...extra });
});

export function address(language, name, values) {
	const query = new URLSearchParams(
		Object.entries(values).filter(([filter, value]) => value && value !== FILTERS[filter]?.otherwise)
	).toString();
	return `/${language}/${name ? `${name}/` : ''}${query ? `?${query}` : ''}`;
}

const DECIMALS = { percent: 1, ratio: 2, hours: 1, days: 1, probability: 4, per_exposure: 2, points: 1 };

// Browsers often come without Kazakh; its numbers are written as the Russian ones.
const NUMBERS_OF = { kk: 'ru', ru: 'ru', en: 'en' };

export const number = derived(lang, ($lang) => (value, unit = 'count', decimals = DECIMALS[unit] ?? 0) => {
	if (value === null || value === undefined || Number.isNaN(value)) return '';
	// The memo also rounds to thousands and millions: a negative number of decimals.
	const places = Math.max(0, decimals);
	return new Intl.NumberFormat(NUMBERS_OF[$lang], {
		minimumFractionDigits: places,
		maximumFractionDigits: places
	}).format(Number(value));
});

export const monthName = derived(t, ($t) => (month) => $t(`month.${month}`));

export const hasMonths = (year) => catalogue.months.some((month) => month.startsWith(year));

// Which sections of the catalogue a page is about; `figures` is about all of them.
export const SECTIONS = {
	exams: ['exams'],
	courts: ['court'],
	appeals: ['appeals', 'hotline'],
	discipline: ['discipline'],
	media: ['media'],
	violations: ['violations', 'criminal'],
	registrations: ['registrations'],
	services: ['services', 'staff', 'systems', 'control', 'audit']
};
export const PAGES = ['', 'regions', ...Object.keys(SECTIONS), 'risks', 'recommendations', 'memo', 'quality', 'figures'];

// Pages that look at one thing, chosen by the link.
export const CLOSER = ['region', 'centre', 'metric', 'why'];

export const pageName = derived(page, ($page) => $page.route.id?.split('/')[2] ?? '');

const metricsOn = (name) =>
	Object.values(metrics).filter((metric) => metric.is_built && (SECTIONS[name]?.includes(metric.section) ?? metric.is_regional));

// For SQL: the metrics of a page as a list of texts, and the one that is looked at closely.
export const keysOf = (name) => metricsOn(name).map((metric) => `'${metric.key}'`).join(', ') || "''";
export const chosenOf = (metric, name) => {
	const keys = metricsOn(name).map((known) => known.key);
	return keys.includes(metric) ? metric : keys.includes('practical_pass_pct') ? 'practical_pass_pct' : keys[0];
};

// For SQL: where the figures of the chosen period are.
export const period = derived(filters, ($filters) =>
	$filters.month && hasMonths($filters.year)
		? { table: 'tauekel.figures_month', where: `month = '${$filters.year}-${$filters.month}'`, isMonth: true }
		: { table: 'tauekel.figures_year', where: `year = ${$filters.year}`, isMonth: false }
);

// Reasons come as English words, some with a name after a colon; the words are translated, the name stays.
export const reasonText = derived(lang, ($lang) => (reason) => {
	if (!reason) return '';
	const [words, ...rest] = reason.split(': ');
	const key = `reason.${words.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '')}`;
	const known = labels[key]?.[$lang];
	return known ? [known, ...rest].join(': ') : reason;
});

export const periodName = derived([filters, monthName, period], ([$filters, $monthName, $period]) =>
	$period.isMonth ? `${$monthName($filters.month)} ${$filters.year}` : $filters.year
);

// Columns that several tables share.
export const STATUS_COLUMNS = [
	{ key: 'status', label: 'column.status', kind: 'status' },
	{
		key: 'metric_key', label: 'column.why', kind: 'link', text: 'link.why',
		href: (row, to) => to('why', { metric: row.metric_key, region: row.region_code, year: String(row.year) })
	}
];
