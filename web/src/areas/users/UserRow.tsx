/**
 * One row of the user list. Its elements are plain, with the roles of a treegrid: a virtual list of 10,000 rows cannot be
 * a table element. The row takes the focus; its cells do not.
 */
import { mergeClasses } from '@fluentui/react-components'
import {
  CalendarClock16Regular,
  Call16Regular,
  ChevronRight20Regular,
  MoreVertical20Regular,
  Phone16Regular,
  Warning16Filled,
} from '@fluentui/react-icons'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { ActionName, Permission, PersonRow } from '~/api/types'
import { Avatar } from '~/parts/Avatar'
import { formatNumber } from '~/parts/format'
import { useGridStyles } from './gridStyles'
import type { Labels } from './labels'
import { cellState, nameMark, type ProductKind } from './rules'

export interface RowProps {
  row: PersonRow
  index: number
  organisation: string
  permissions: readonly Permission[]
  labels: Labels
  /** Whether this row is where Tab enters the grid. */
  active: boolean
  open: boolean
  menuOpen: boolean
  /** Whether it is chosen for something ordered for many; `null` where nobody can choose. */
  selected: boolean | null
  onSelect: (index: number, row: PersonRow, selected: boolean, range: boolean) => void
  onToggle: (person: string) => void
  onMenu: (row: PersonRow, anchor: HTMLElement) => void
  onOrder: (action: ActionName, person: PersonRow) => void
}

export const UserRow = memo(function UserRow(props: RowProps) {
  const { row, index, labels, active, open, menuOpen, selected, onSelect, onToggle, onMenu } = props
  const styles = useGridStyles()
  const tabIndex = active ? 0 : -1
  const mark = nameMark(row)
  const mail = row.email ?? ''
  return (
    <div
      role="row"
      tabIndex={tabIndex}
      data-row={index}
      aria-level={1}
      aria-rowindex={index + 2}
      aria-expanded={open}
      aria-selected={selected ?? undefined}
      className={mergeClasses(
        styles.columns,
        selected !== null && styles.choosing,
        styles.row,
        selected === true && styles.rowSelected,
        open && styles.rowOpen,
      )}
    >
      {selected === null ? null : (
        <div role="gridcell" className={mergeClasses(styles.cell, styles.checkCell, styles.beyond740)}>
          <input
            type="checkbox"
            tabIndex={tabIndex}
            className={styles.check}
            checked={selected}
            aria-label={labels.select(row.displayName)}
            onChange={(event) =>
              onSelect(index, row, event.currentTarget.checked, (event.nativeEvent as MouseEvent).shiftKey)
            }
          />
        </div>
      )}
      <div role="gridcell" className={mergeClasses(styles.cell, styles.who)}>
        <Avatar name={row.displayName} id={row.id} />
        <span className={styles.names}>
          <span className={styles.nameLine}>
            <span className={styles.name} title={row.displayName}>
              {row.displayName}
            </span>
            {mark ? (
              <span className={mergeClasses(styles.mark, mark !== 'local' && styles.markBad)}>
                {labels.marks[mark]}
              </span>
            ) : null}
          </span>
          <span className={styles.secondary} title={mail}>
            {mail}
          </span>
        </span>
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.primary, styles.beyond1090)}>
        {row.department}
      </div>
      <Product {...props} kind="telephony" tabIndex={tabIndex} />
      <Product {...props} kind="mobile" tabIndex={tabIndex} />
      <div role="gridcell" className={styles.cell}>
        <button
          type="button"
          tabIndex={tabIndex}
          className={styles.icon}
          aria-label={labels.more(row.displayName)}
          aria-haspopup="menu"
          aria-expanded={menuOpen}
          onClick={(event) => onMenu(row, event.currentTarget)}
        >
          <MoreVertical20Regular />
        </button>
      </div>
      <div
        role="gridcell"
        className={mergeClasses(styles.cell, styles.cost, row.monthlyCost.amount === 0 && styles.nothing)}
      >
        {labels.money(row.monthlyCost)}
      </div>
      <div role="gridcell" className={styles.cell}>
        <button
          type="button"
          tabIndex={tabIndex}
          className={styles.icon}
          aria-label={open ? labels.close(row.displayName) : labels.open(row.displayName)}
          aria-expanded={open}
          onClick={() => onToggle(row.id)}
        >
          <ChevronRight20Regular className={mergeClasses(styles.chevron, open && styles.chevronOpen)} />
        </button>
      </div>
    </div>
  )
})

function Product({
  row,
  kind,
  organisation,
  permissions,
  labels,
  tabIndex,
  onOrder,
}: RowProps & { kind: ProductKind; tabIndex: number }) {
  const styles = useGridStyles()
  const state = cellState(row, kind, permissions)
  return (
    <div role="gridcell" className={mergeClasses(styles.cell, styles.beyond740)}>
      {state.is === 'subscription' ? (
        <>
          <div className={styles.primary}>
            {state.subscription.number ? formatNumber(state.subscription.number) : state.subscription.offering.name}
            {state.more > 0 ? ` +${state.more}` : ''}
          </div>
          {state.change ? (
            <Link
              to="/o/$organisation/organisation/orders/$order"
              params={{ organisation, order: state.change.id }}
              preload={false}
              tabIndex={tabIndex}
              title={labels.change(state.change)}
              className={mergeClasses(styles.secondary, styles.change, Boolean(state.change.heldReason) && styles.held)}
            >
              {labels.change(state.change)}
            </Link>
          ) : (
            <div className={styles.secondary}>
              {state.subscription.state === 'active' ? null : (
                <span className={mergeClasses(styles.mark, state.subscription.state === 'suspended' && styles.markBad)}>
                  {labels.subscriptionStates[state.subscription.state]}
                </span>
              )}{' '}
              {state.subscription.offering.name}
            </div>
          )}
        </>
      ) : state.is === 'settingUp' ? (
        <>
          {state.order ? (
            <Link
              to="/o/$organisation/organisation/orders/$order"
              params={{ organisation, order: state.order.id }}
              preload={false}
              tabIndex={tabIndex}
              className={mergeClasses(styles.settingUp, Boolean(state.order.heldReason) && styles.held)}
            >
              {state.order.heldReason ? (
                <Warning16Filled aria-hidden="true" />
              ) : state.order.scheduledFor ? (
                <CalendarClock16Regular aria-hidden="true" />
              ) : (
                <span className={styles.spinner} aria-hidden="true" />
              )}
              <span className={styles.primary}>
                {state.order.heldReason
                  ? labels.held[state.order.heldReason]
                  : state.order.scheduledFor
                    ? labels.startsOn(state.order.scheduledFor)
                    : labels.settingUp}
              </span>
            </Link>
          ) : (
            <span className={styles.settingUp}>
              <span className={styles.spinner} aria-hidden="true" />
              {labels.settingUp}
            </span>
          )}
          {state.number ? <div className={styles.secondary}>{formatNumber(state.number)}</div> : null}
        </>
      ) : state.is === 'possible' ? (
        <button
          type="button"
          tabIndex={tabIndex}
          className={styles.action}
          aria-label={labels.actionFor(state.action, row.displayName)}
          onClick={() => onOrder(state.action, row)}
        >
          {kind === 'telephony' ? <Call16Regular aria-hidden="true" /> : <Phone16Regular aria-hidden="true" />}
          {labels.actions[state.action]}
        </button>
      ) : state.is === 'impossible' ? (
        <span className={styles.why} title={state.detail}>
          {state.detail}
        </span>
      ) : (
        <span className={styles.nothing} aria-hidden="true">
          –
        </span>
      )}
    </div>
  )
}

/** Stands where a row is known to be but has not arrived. */
export const RowBones = memo(function RowBones({ index, choosing }: { index: number; choosing: boolean }) {
  const styles = useGridStyles()
  return (
    <div
      className={mergeClasses(styles.columns, choosing && styles.choosing, styles.row)}
      aria-hidden="true"
      data-waiting={index}
    >
      {choosing ? <span className={styles.beyond740} /> : null}
      <div className={styles.who}>
        <div className={styles.boneDisc} />
        <div className={styles.bone} />
      </div>
      <div className={mergeClasses(styles.bone, styles.beyond1090)} />
      <div className={mergeClasses(styles.bone, styles.beyond740)} />
      <div className={mergeClasses(styles.bone, styles.beyond740)} />
      <span />
      <div className={styles.bone} style={{ justifySelf: 'end' }} />
      <span />
    </div>
  )
})
