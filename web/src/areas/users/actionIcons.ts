import {
  AddCircle20Regular,
  ArrowSwap20Regular,
  ArrowSync20Regular,
  Call20Regular,
  type FluentIcon,
  NumberSymbol20Regular,
  Pause20Regular,
  Phone20Regular,
  PhoneDismiss20Regular,
  Play20Regular,
  SubtractCircle20Regular,
} from '@fluentui/react-icons'
import type { ActionName } from '~/api/types'

export const actionIcons: Record<ActionName, FluentIcon> = {
  activateTelephony: Call20Regular,
  createMobile: Phone20Regular,
  changeMobilePackage: ArrowSwap20Regular,
  addAddOn: AddCircle20Regular,
  removeAddOn: SubtractCircle20Regular,
  suspendSim: Pause20Regular,
  resumeSim: Play20Regular,
  replaceSim: ArrowSync20Regular,
  changeNumber: NumberSymbol20Regular,
  endSubscription: PhoneDismiss20Regular,
}
