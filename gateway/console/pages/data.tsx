/** What leaves, to whom, why, how coarse, on which ground, for how long; and what stays. */
import type { DataTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { useAsked } from '../browser/use-asked.ts'
import { pointLabel } from '../labels.ts'
import { known } from '../rulers.ts'
import { retentionText } from '../retention.ts'
import { Answered } from '../parts/asking.tsx'
import { Facts } from '../parts/form.tsx'
import { Icon } from '../parts/icons.tsx'
import { basisWords, purposeWords, recipientRoles, sensitivityWords } from '../words/data.ts'
import { Own } from '../parts/text.tsx'

type Release = DataTold['releases'][number]

export function Data() {
  const { say, language } = useDesk()
  const asked = useAsked('/api/data', undefined, 15_000)
  return (
    <>
      <h1 tabIndex={-1}>{say('data.title')}</h1>
      <p class="lead">{say('data.lead')}</p>
      <p>{say('data.public-why')}</p>
      <p class="options">
        <a class="button" href={`/public?lang=${language}`}>
          {say('data.public')}
        </a>
        <a class="button" href="/public.json">
          {say('data.twin')}
        </a>
      </p>
      <Answered asked={asked}>
        {(told) => (
          <>
            <section>
              <h2 class="with-sign">
                <Icon sign="out" />
                {say('data.leaves', { n: told.releases.length })}
              </h2>
              {told.releases.length === 0 ? (
                <p>{say('data.nothing-leaves')}</p>
              ) : (
                <div class="columns">
                  {told.releases.map((release) => (
                    <Leaving key={release.name} release={release} />
                  ))}
                </div>
              )}
            </section>
            <Home home={told.home} />
          </>
        )}
      </Answered>
    </>
  )
}

function Leaving({ release }: { readonly release: Release }) {
  const { say, form, language } = useDesk()
  const { recipient, best_effort_ms: bestEffortMs } = release
  return (
    <section class="release">
      <h3>
        <Own>{release.name}</Own>
      </h3>
      <Facts
        rows={[
          [
            say('data.to'),
            <>
              <Own>{recipient.name}</Own> <span class="quiet">{known(recipientRoles, recipient.role, language)}</span>
            </>,
          ],
          [say('data.for'), known(purposeWords, release.purpose, language)],
          [
            say('data.what'),
            <ul class="plain">
              {release.points.map(({ point, quantity }) => (
                <li key={point}>
                  <Own>{pointLabel(point, quantity, language)}</Own> <code>{point}</code>
                </li>
              ))}
            </ul>,
          ],
          [
            say('data.coarse'),
            <ul class="plain">
              {release.treatment[language].map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>,
          ],
          [
            say('data.basis'),
            release.basis === 'not-personal'
              ? say('data.not-personal', { because: release.because?.[language] ?? '' })
              : known(basisWords, release.basis, language),
          ],
          [say('data.kept'), retentionText(release.retention, say)],
          [say('data.licence'), release.licence ?? say('data.not-open')],
          [
            say('data.delivery'),
            bestEffortMs === undefined
              ? say('data.durable')
              : say('data.best-effort', { window: form.span(bestEffortMs) }),
          ],
          [
            say('data.counts'),
            <>
              {say('data.figures', { last: form.number(release.last), waiting: form.number(release.waiting) })}
              {bestEffortMs === undefined && (
                <>
                  {', '}
                  {release.receipt === undefined
                    ? say('data.no-receipt')
                    : say('data.receipt', { receipt: form.number(release.receipt) })}
                </>
              )}
            </>,
          ],
        ]}
      />
      <Ledger release={release} />
    </section>
  )
}

function Ledger({ release: { name, ledger } }: { readonly release: Release }) {
  const { say, form } = useDesk()
  return (
    <details>
      <summary>{say('data.ledger')}</summary>
      {ledger.length === 0 ? (
        <p>{say('data.ledger-none')}</p>
      ) : (
        <table>
          <caption class="unseen">{say('data.ledger-of', { release: name })}</caption>
          <thead>
            <tr>
              <th scope="col">{say('data.day')}</th>
              <th scope="col" class="number">
                {say('data.messages')}
              </th>
              <th scope="col" class="number">
                {say('data.bytes')}
              </th>
            </tr>
          </thead>
          <tbody>
            {ledger.map(({ day, messages, bytes }) => (
              <tr key={day}>
                <td class="when">{form.day(day)}</td>
                <td class="number">{form.number(messages)}</td>
                <td class="number">{form.bytes(bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  )
}

function Home({ home }: { readonly home: DataTold['home'] }) {
  const { say, language } = useDesk()
  return (
    <section>
      <h2 class="with-sign">
        <Icon sign="home" />
        {say('data.home', { n: home.length })}
      </h2>
      {home.length === 0 ? (
        <p>{say('data.nothing-home')}</p>
      ) : (
        <table>
          <caption class="unseen">{say('data.home', { n: home.length })}</caption>
          <thead>
            <tr>
              <th scope="col">{say('data.point')}</th>
              <th scope="col">{say('data.tells')}</th>
            </tr>
          </thead>
          <tbody>
            {home.map(({ point, quantity, sensitivity }) => (
              <tr key={point}>
                <td>
                  <Own>{pointLabel(point, quantity, language)}</Own> <code>{point}</code>
                </td>
                <td>{known(sensitivityWords, sensitivity, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
