/**
 * The main example: four years of daily weather from two cities, from CSV to a report.
 * read → validate → fan out with `map`, one task per city and year → merge → a table and a page as artifacts, and an event for whoever waits for them.
 * One station is flaky by design: its first answer is an error, and the task's retry policy deals with it.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { artifacts, events, flow, logger, task, unmapped } from 'weirflow'
import { z } from 'zod'

const Day = z.object({
  location: z.string().min(1),
  date: z.iso.date(),
  precipitation: z.coerce.number().min(0),
  temp_max: z.coerce.number(),
  temp_min: z.coerce.number(),
  wind: z.coerce.number().min(0),
  weather: z.enum(['drizzle', 'rain', 'sun', 'snow', 'fog']),
})
type Day = z.infer<typeof Day>

interface YearSummary {
  city: string
  year: number
  days: number
  hottest: number
  coldest: number
  mean: number
  rain: number
  sunnyDays: number
}

const readMeasurements = task({ name: 'read-measurements', timeout: '30s' }, async (file: string) => {
  const folder = dirname(dirname(createRequire(import.meta.url).resolve('vega-datasets')))
  const rows = parse(await readFile(join(folder, 'data', file), 'utf8'), { columns: true, skip_empty_lines: true }) as Record<string, string>[]
  logger().info(`read ${rows.length} rows from ${file}`, { rows: rows.length, file })
  return rows
})

const validate = task({ name: 'validate' }, async (rows: Record<string, string>[]) => {
  const days: Day[] = []
  let refused = 0
  for (const row of rows) {
    const day = Day.safeParse(row)
    if (day.success && day.data.temp_min <= day.data.temp_max) days.push(day.data)
    else refused += 1
  }
  if (days.length === 0) throw new Error('not one row is a day of weather: is this the right file?')
  logger()[refused > 0 ? 'warn' : 'info'](`${days.length} days are sound, ${refused} refused`)
  return days
})

const summariseYear = task(
  {
    name: 'summarise-year',
    tags: ['weather'],
    retries: { count: 3, delay: { initial: '300ms', factor: 2, max: '5s' }, jitter: 0.2 },
    timeout: '10s',
  },
  async ({ city, year }: { city: string; year: number }, days: Day[], { attempt }): Promise<YearSummary> => {
    if (city === 'New York' && year === 2013 && attempt === 1) throw new Error('station KNYC did not answer (it never does at first)')
    const own = days.filter((day) => day.location === city && day.date.startsWith(`${year}-`))
    if (own.length === 0) throw new Error(`no measurements of ${city} in ${year}`)
    const mean = own.reduce((sum, day) => sum + (day.temp_max + day.temp_min) / 2, 0) / own.length
    return {
      city,
      year,
      days: own.length,
      hottest: Math.max(...own.map((day) => day.temp_max)),
      coldest: Math.min(...own.map((day) => day.temp_min)),
      mean: round(mean),
      rain: round(own.reduce((sum, day) => sum + day.precipitation, 0)),
      sunnyDays: own.filter((day) => day.weather === 'sun').length,
    }
  },
)

const publish = task({ name: 'publish' }, async (summaries: YearSummary[]) => {
  const warmest = summaries.reduce((best, summary) => (summary.mean > best.mean ? summary : best))
  await artifacts.table({ key: 'weather-by-year', description: 'Temperatures in °C, rain in mm', rows: summaries.map((summary) => ({ ...summary })) })
  await artifacts.markdown({
    key: 'weather-report',
    markdown: [
      '# Weather report',
      `The warmest year was **${warmest.year} in ${warmest.city}** with ${warmest.mean} °C on average.`,
      '',
      '| city | year | mean | rain | sunny days |',
      '|---|---|---|---|---|',
      ...summaries.map((summary) => `| ${summary.city} | ${summary.year} | ${summary.mean} °C | ${summary.rain} mm | ${summary.sunnyDays} |`),
    ].join('\n'),
  })
  await events.emit({ event: 'weather.published', resource: { id: 'report.weather' }, payload: { warmest: warmest.city } })
  logger().info(`warmest: ${warmest.city} ${warmest.year}, ${warmest.mean} °C on average`)
  return warmest
})

const round = (value: number): number => Math.round(value * 10) / 10

/** Gives the summary of the warmest year. Ends FAILED when a city has no measurements in a year. */
export const weather = flow(
  {
    name: 'weather',
    description: 'Daily weather of two cities, summarised by year.',
    parameters: z.object({
      file: z.string().default('weather.csv'),
      cities: z.array(z.string()).min(1).default(['Seattle', 'New York']),
      years: z.array(z.int()).min(1).default([2012, 2013, 2014, 2015]),
    }),
    runName: 'weather of {cities}',
    timeout: '2m',
  },
  async ({ file, cities, years }) => {
    const days = await validate(readMeasurements.submit(file))
    const stations = cities.flatMap((city) => years.map((year) => ({ city, year })))
    const summaries = summariseYear.map(stations, unmapped(days))
    return publish(summaries)
  },
)

if (import.meta.main) console.log(await weather({}))
