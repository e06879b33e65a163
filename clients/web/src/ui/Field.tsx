// A text that one fills in, with its label, a word of help and what is wrong with it.
import { type ReactNode } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input, type InputProps } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField, type TextFieldProps } from 'react-aria-components/TextField'
import './field.css'

interface Props extends TextFieldProps {
  label: string
  help?: ReactNode
  /** What is wrong. */
  wrong?: string | undefined
  placeholder?: string
  inputProps?: InputProps
}

export function Field({ label, help, wrong, placeholder, inputProps, ...rest }: Props) {
  return (
    <TextField {...rest} className="field" isInvalid={wrong !== undefined}>
      <Label>{label}</Label>
      <Input {...inputProps} placeholder={placeholder} />
      {help && <Text slot="description">{help}</Text>}
      <FieldError>{wrong}</FieldError>
    </TextField>
  )
}
