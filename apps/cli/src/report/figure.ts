/** A figure with a caption that says how to read it. */
export interface ReportFigure {
  readonly svg: string;
  readonly caption: string;
}
