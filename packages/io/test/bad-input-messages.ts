/** Whole messages of the catalogue, by format and what is wrong. */
export const messages: Readonly<Record<string, string>> = {
  "any file: empty":
    "E_FILE openEmbeddings: `a.npy` must be a file of embeddings, got an empty file. Save the embeddings again; writing them may have been interrupted.",
  "any file: of another kind":
    'E_FORMAT openEmbeddings: `a.txt` must be a file of embeddings, got a file of another kind. Text is known by its name (.csv, .tsv, .jsonl, .json); of raw float32, say { format: "raw", dim }.',
  "any file: HDF5":
    "E_FORMAT openEmbeddings: `a.h5` must be a file of embeddings, got an HDF5 file. Convert it in Python: a = h5py.File(path)['NAME'][...]; np.save('embeddings.npy', a).",
  "any file: a pickle":
    "E_FORMAT openEmbeddings: `a.pkl` must be a file of embeddings, got a pickle. Convert it in Python: a = np.asarray(pickle.load(open(path, 'rb'))); np.save('embeddings.npy', a).",
  "any file: Feather, version 1":
    "E_FORMAT openEmbeddings: `a.feather` must be a file of embeddings, got a Feather file of version 1. Convert it in Python: a = np.stack(pd.read_feather(path)['COLUMN']).astype(np.float32); np.save('embeddings.npy', a).",
  "any file: an unknown format asked for":
    'E_OPTION openEmbeddings: `format` must be one of npy, npz, pt, safetensors, parquet, arrow, csv, tsv, jsonl, json, raw, got "xls".',
  "any file: no matrix of that name":
    'E_OPTION selectMatrix: `a.npz` must be a file with a matrix "image", got one with v: (6, 2) float32. Name one, for example a.npz#v.',
  "any file: several matrices and no name":
    "E_OPTION selectMatrix: `a.npy` must be a file of one matrix, or named with a matrix, got one with 0: (3, 1) float32; 1: (3, 1) float32. Name one, for example a.npy#0.",
  "npy: cut inside its magic":
    "E_FORMAT openNpy: `a.npy` must be a whole .npy file, got 7 bytes, cut inside its header.",
  "npy: cut inside its header":
    "E_FORMAT openNpy: `a.npy` must be a whole .npy file, got 60 bytes, cut inside its header of 128 bytes.",
  "npy: cut inside its numbers":
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 144 bytes, got 1 bytes too few for shape (2, 2). The file is truncated: copy or save it again.",
  "npy: trailing bytes":
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 144 bytes, got 3 bytes too many for shape (2, 2). The file has trailing bytes: save it again.",
  "npy: objects":
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "|O". Object arrays hold pickled Python objects, which are never executed. In Python: np.save(path, np.stack(list(a)).astype(np.float32)).',
  "npy: big-endian":
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype ">f4". In Python: np.save(path, a.astype(a.dtype.newbyteorder("<"))).',
  "npy: complex":
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "<c8". In Python: np.save(path, np.concatenate([a.real, a.imag], axis=-1)).',
  "npy: truth values":
    'E_FORMAT openNpy: `a.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "|b1". Truth values are not coordinates. In Python: np.save(path, a.astype(np.uint8)).',
  "npy: a scalar":
    "E_SHAPE openNpy: `a.npy` must be of shape (n, d) or (s, n, d), got shape (). In Python: np.save(path, a.reshape(-1, d)), d the dimension of one embedding.",
  "npy: a vector where a matrix is needed":
    "E_OPTION selectMatrix: `a.npy` must be a file of one matrix, or named with a matrix, got one with no matrix but the columns 0: 4 numbers.",
  "npy: rank four":
    "E_SHAPE openNpy: `a.npy` must be of shape (n, d) or (s, n, d), got shape (1, 1, 2, 2). Save one matrix per file.",
  "npy: an empty axis":
    "E_SHAPE openNpy: `a.npy` must be an array without empty axes, got shape (0, 4). An empty array holds no embeddings.",
  "npy: NaN in a row":
    "E_NOT_FINITE analyze: `a.npy` must be finite, got NaN in row 4. Remove the row, and its partner in the other set.",
  "npy: infinity in a row":
    "E_NOT_FINITE analyze: `a.npy` must be finite, got Infinity in row 4. Remove the row, and its partner in the other set.",
  "npy: a row of zeros":
    "E_ZERO_ROW analyze: `a.npy` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "npy: an integer beyond 2^53":
    "E_FORMAT read: `a.npy` must be an array of integers from -2^53 to 2^53, got one beyond them in row 2. In Python: np.save(path, a.astype(np.float64)).",
  "npy: a shape of petabytes":
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 4503599627370624 bytes, got 4503599627370480 bytes too few for shape (1099511627776, 1024). The file is truncated: copy or save it again.",
  "npy: 3 GiB, of which a byte is missing":
    "E_FORMAT openNpy: `a.npy` must be a file of exactly 3221225600 bytes, got 1 bytes too few for shape (1048576, 768). The file is truncated: copy or save it again.",
  "npz: cut before its directory":
    "E_FORMAT openZip: `a.npz` must be a well-formed ZIP archive, got no directory at its end. The archive is truncated: copy or save it again.",
  "npz: cut inside its end":
    "E_FORMAT openZip: `a.npz` must be a well-formed ZIP archive, got no directory at its end. The archive is truncated: copy or save it again.",
  "npz: nothing but other files":
    "E_FORMAT openEmbeddings: `a.npz` must be a .npz or a checkpoint, got an archive of readme.txt.",
  "npz: two entries of one name":
    'E_FORMAT openZip: `a.npz` must be a well-formed ZIP archive, got two entries "v.npy".',
  "npz: only arrays that are not read":
    'E_FORMAT openNpy: `a.npz#v.npy` must be an array of little-endian floats (f2, f4, f8) or integers (i1 … i8, u1 … u8), got dtype "|O". Object arrays hold pickled Python objects, which are never executed. In Python: np.save(path, np.stack(list(a)).astype(np.float32)).',
  "npz: packed data that are damaged":
    "E_FORMAT openZip: `a.npz#v.npy` must be a whole entry of a ZIP archive, got packed data that cannot be unpacked (invalid block type). Copy or save the archive again.",
  "npz: packed data with another checksum":
    "E_FORMAT openZip: `a.npz#v.npy` must be a whole entry of a ZIP archive, got bytes with another checksum than when they were packed. Copy or save the archive again.",
  "npz: an entry that claims to unpack to gigabytes":
    'E_FORMAT openZip: `a.npz` must be a well-formed ZIP archive, got entry "v.npy" of 2147483648 bytes packed into 75.',
  "npz: an encrypted entry":
    'E_FORMAT openZip: `a.npz` must be a well-formed ZIP archive, got the encrypted entry "v.npy". Save it without a password.',
  "npz: NaN in a row":
    "E_NOT_FINITE analyze: `a.npz` must be finite, got NaN in row 4. Remove the row, and its partner in the other set.",
  "npz: a row of zeros":
    "E_ZERO_ROW analyze: `a.npz` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "safetensors: cut inside its header":
    "E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a header inside it, got one of 64 bytes in a file of 40.",
  "safetensors: cut inside a tensor":
    "E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensors that end at byte 120 of 115. The file is truncated: copy or save it again.",
  "safetensors: a header that is not JSON":
    "E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got one that is not JSON (Expected property name or '}' in JSON at position 1 (line 1 column 2)).",
  "safetensors: a tensor of another size than its shape":
    'E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensor "v" of shape (2, 2) F32 in 12 bytes.',
  "safetensors: a tensor without a shape":
    'E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensor "v" of shape nothing.',
  "safetensors: a hole between tensors":
    'E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensor "w" that begins at byte 128 where 124 is free.',
  "safetensors: trailing bytes":
    "E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensors that end at byte 68 of 73.",
  "safetensors: an element type that is not read":
    "E_OPTION selectMatrix: `a.safetensors` must be a file of one matrix, or named with a matrix, got one with no matrix. Of the file: v is not read: shape (2, 2) F8_E4M3.",
  "safetensors: NaN in a row":
    "E_NOT_FINITE analyze: `a.safetensors` must be finite, got NaN in row 4. Remove the row, and its partner in the other set.",
  "safetensors: a row of zeros":
    "E_ZERO_ROW analyze: `a.safetensors` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "safetensors: 3 GiB, of which a byte is missing":
    "E_FORMAT openSafetensors: `a.safetensors` must be a safetensors file with a well-formed header, got tensors that end at byte 3221225553 of 3221225532. The file is truncated: copy or save it again.",
  "pt: a pickle that would call the shell":
    "E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got the name posix system, which is not among those of tensors, at byte 197. In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).",
  "pt: saved before PyTorch 1.6":
    "E_FORMAT openEmbeddings: `a.pt` must be a file of embeddings, got a pickle. Convert it in Python: a = np.asarray(pickle.load(open(path, 'rb'))); np.save('embeddings.npy', a).",
  "pt: cut":
    "E_FORMAT openZip: `a.pt` must be a well-formed ZIP archive, got no directory at its end. The archive is truncated: copy or save it again.",
  "pt: rows that are repeated by a stride of 0":
    'E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got tensor "image" of more numbers than its storage holds. In Python: call .contiguous() before saving.',
  "pt: dictionaries nested without end":
    "E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got dictionaries nested without end. In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).",
  "pt: a pickle that is cut":
    "E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got a pickle that ends too early, at byte 4. In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).",
  "pt: a tensor without its storage":
    "E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got tensor \"tensor\" whose storage 0 is not in the archive. In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).",
  "pt: big-endian storages":
    "E_FORMAT openCheckpoint: `a.pt` must be a PyTorch checkpoint of tensors, got byte order \"big\". In Python: safetensors.torch.save_file({'image': image, 'text': text}, path).",
  "pt: no tensor in it":
    "E_OPTION selectMatrix: `a.pt` must be a file of one matrix, or named with a matrix, got one with no matrix but the columns list: 3 numbers; ids: 2 strings. Of the file: none is not read: None; long is not read: string.",
  "parquet: cut":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got parquet file invalid (footer != PAR1).",
  "parquet: a footer longer than the file":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got parquet metadata length 1073741824 exceeds available buffer 180.",
  "parquet: no rows":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got no rows.",
  "parquet: a ragged list":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got 1 numbers where the first row has 2, in row 2 of v.",
  "parquet: an empty list":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got 0 numbers where the first row has 2, in row 1 of v.",
  "parquet: null for a list":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got null, in row 1 of v.",
  "parquet: null in a list":
    "E_FORMAT openParquet: `a.parquet` must be a well-formed Parquet file with one vector per row, got null at place 1, in row 1 of v.",
  "parquet: null in the first row":
    "E_OPTION selectMatrix: `a.parquet` must be a file of one matrix, or named with a matrix, got one with no matrix. Of the file: v is not read: null or an empty list in the first row.",
  "parquet: NaN in a row":
    "E_NOT_FINITE analyze: `a.parquet` must be finite, got NaN in row 4. Remove the row, and its partner in the other set.",
  "parquet: a row of zeros":
    "E_ZERO_ROW analyze: `a.parquet` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "arrow: a file that is cut":
    "E_FORMAT openArrow: `a.arrow` must be a well-formed Arrow file with one vector per row, got no footer at its end.",
  "arrow: a stream that is cut":
    "E_FORMAT openArrow: `a.arrow` must be a well-formed Arrow file with one vector per row, got a message of 520 bytes at byte 1400 of 1500.",
  "arrow: a stream without a schema":
    "E_FORMAT openArrow: `a.arrow` must be a well-formed Arrow file with one vector per row, got no schema.",
  "arrow: gaps in a column of text":
    "E_FORMAT openArrow: `a.arrow` must be a well-formed Arrow file with one vector per row, got null, in row 2 of strs.",
  "csv: nothing but names": "E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got no rows.",
  "csv: a row with too few fields":
    "E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got 1 fields where the first row has 2, in row 1 of x.",
  "csv: a row with too many fields":
    "E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got 3 fields where the first row has 2, in row 1 of x.",
  "csv: text among numbers":
    'E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got "n/a" in field 1, in row 1 of x.',
  "csv: an empty field":
    'E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got "" in field 1, in row 0 of x.',
  "csv: a decimal comma":
    'E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got "3,5" in field 1, in row 1 of x.',
  "csv: lists of several lengths":
    "E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got 1 numbers where the first row has 2, in row 1 of v.",
  "csv: a list that is none":
    'E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got "nothing" in field 1, in row 1 of v.',
  "csv: a column counted with a gap":
    "E_OPTION selectMatrix: `a.csv` must be a file of one matrix, or named with a matrix, got one with no matrix but the columns x0: 1 numbers; x2: 1 numbers. Of the file: x with 2 counted columns is no vector: 1 is missing or there twice.",
  "csv: two columns of one name":
    'E_FORMAT openEmbeddings: `a.csv` must be a file of embeddings, got one in which "id" is there twice.',
  "csv: UTF-16": "E_FORMAT openEmbeddings: `a.csv` must be a text file in UTF-8, got one in UTF-16. Save it in UTF-8.",
  "csv: bytes that are not UTF-8":
    "E_FORMAT openEmbeddings: `a.csv` must be a text file in UTF-8, got other bytes in the block at byte 0. Save the file in UTF-8.",
  "csv: a quotation mark that is not closed":
    "E_FORMAT openEmbeddings: `a.csv` must be a table with one vector per row, got row 1: quoted field unterminated.",
  "csv: NaN in a row":
    "E_NOT_FINITE analyze: `a.csv` must be finite, got NaN in row 4. Remove the row, and its partner in the other set.",
  "csv: a row of zeros":
    "E_ZERO_ROW analyze: `a.csv` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "csv: 4 GiB without an end of line":
    "E_FORMAT openEmbeddings: `a.csv` must be records of at most 16 MiB, got a longer one at byte 0. A quotation mark may be open.",
  "tsv: a row with too few fields":
    "E_FORMAT openEmbeddings: `a.tsv` must be a table with one vector per row, got 1 fields where the first row has 2, in row 1 of 0.",
  "tsv: text among numbers":
    'E_FORMAT openEmbeddings: `a.tsv` must be a table with one vector per row, got "x" in field 1, in row 1 of 0.',
  "tsv: commas instead of tabs":
    "E_OPTION selectMatrix: `a.tsv` must be a file of one matrix, or named with a matrix, got one with no matrix but the columns 1,2: 1 strings.",
  "jsonl: a line that is cut":
    "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got row 1: Unexpected end of JSON input.",
  "jsonl: NaN, which JSON does not have":
    'E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got row 1: Unexpected token \'N\', "{"v":[1,NaN]}" is not valid JSON.',
  "jsonl: lists of several lengths":
    "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got 1 numbers where the first row has 2, in row 1 of v.",
  "jsonl: null for a list":
    "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got null, in row 1 of v.",
  "jsonl: null in a list":
    "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got null at place 1, in row 1 of v.",
  "jsonl: a field that is missing":
    "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got nothing, in row 1 of v.",
  "jsonl: text among numbers":
    'E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got "3" at place 0, in row 1 of v.',
  "jsonl: empty lines only": "E_FORMAT openEmbeddings: `a.jsonl` must be a table with one vector per row, got no rows.",
  "jsonl: a row of zeros":
    "E_ZERO_ROW analyze: `a.jsonl` must be rows of positive length, got zeros in row 4. A zero row has no direction; remove it, and its partner in the other set.",
  "json: cut":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got Expected ',' or ']' after array element in JSON at position 14 (line 1 column 15).",
  "json: one record per line":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got Unexpected non-whitespace character after JSON at position 10 (line 2 column 1). One record per line is another format: name the file .jsonl.",
  "json: no lists":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got no list of numbers.",
  "json: ragged rows":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got 1 numbers where the first row has 2, in row 1 of v.",
  "json: null in a row":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got null at place 0, in row 1 of 0.",
  "json: a document of 600 MB":
    "E_FORMAT openEmbeddings: `a.json` must be a JSON document with lists of numbers, got one of 600000000 bytes. Save one record per line (.jsonl).",
  "raw: no dimension":
    "E_OPTION openEmbeddings: `dim` must be an integer >= 1, the numbers per row of a raw file, got undefined.",
  "raw: another dimension":
    "E_FORMAT openEmbeddings: `a.f32` must be whole rows of 4 float32 numbers, got 24 bytes, 8 more than 1 rows.",
  "raw: a row of zeros":
    "E_ZERO_ROW analyze: `a.f32` must be rows of positive length, got zeros in row 0. A zero row has no direction; remove it, and its partner in the other set.",
  "raw: 3 GiB and a byte":
    "E_FORMAT openEmbeddings: `a.f32` must be whole rows of 768 float32 numbers, got 3221225473 bytes, 1 more than 1048576 rows.",
  "caption map: an item out of range":
    "E_DOMAIN readCaptionMap: `map.json` must be a map from 4 captions to 3 items, got item 3 for caption 2.",
  "caption map: a negative item":
    "E_DOMAIN readCaptionMap: `map.json` must be a map from 4 captions to 3 items, got item -1 for caption 1.",
  "caption map: a fraction":
    "E_DOMAIN readCaptionMap: `map.json` must be a map from 4 captions to 3 items, got item 0.5 for caption 1.",
  "caption map: of another length":
    "E_SHAPE readCaptionMap: `map.json` must be one item row for each of 4 captions, got 2.",
  "caption map: a caption twice":
    "E_DOMAIN readCaptionMap: `map.json` must be a map from 4 captions to 3 items, got caption 1 twice, for items 0 and 1.",
  "caption map: a caption without an item":
    "E_DOMAIN readCaptionMap: `map.json` must be a map from 4 captions to 3 items, got no item for caption 3.",
  "caption map: of another shape":
    "E_FORMAT readCaptionMap: `map.json` must be item rows, lists of caption rows, or an object of either, got an object. Name the key that holds it.",
  "caption map: an id that is there twice":
    'E_DOMAIN joinByIds: `image` must be distinct ids, got "a" in rows 0 and 2.',
  "caption map: an id that no item has": 'E_DOMAIN joinByIds: `caption` must be ids of items, got "x" in row 1.',
  "writing: a number too large for float16":
    'E_DTYPE encodeNpy: `rows` must be numbers that float16 can hold, got 70000 in row 1. Scale the rows, or choose { dtype: "float64" }.',
  "writing: matrices of several lengths in one table":
    "E_SHAPE encodeEmbeddings: `matrices` must be of 2 rows, as a is, got 3 in b.",
  "writing: matrices of several dimensions in one .npy":
    "E_SHAPE encodeNpy: `rows` must be matrices of equal shape (2, 2), got shape (2, 3) in matrix 1.",
  "writing: ids of another length": "E_SHAPE encodeEmbeddings: `vectors` must be of length 2, got 1 in id.",
  "writing: ids where the format has no room":
    "E_OPTION encodeEmbeddings: `vectors` must be none of strings in npy, got id.",
  "writing: NaN in JSON Lines":
    "E_NOT_FINITE encodeEmbeddings: `rows` must be finite numbers, as JSON has no others, got NaN in row 4.",
};
