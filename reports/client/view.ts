/** A page as a view makes it; `ready` runs once it stands in the document. */
export interface View {
  title: string;
  content: HTMLElement[];
  ready?: () => void;
}
