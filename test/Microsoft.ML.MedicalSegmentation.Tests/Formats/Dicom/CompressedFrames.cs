namespace Microsoft.ML.MedicalSegmentation.Formats.Dicom;

/// <summary>Frames of 9 x 7 random pixels, and what dcmtk 3.6.7 (dcmcjpeg --encode-lossless, dcmcrle) made of them.</summary>
internal static class CompressedFrames
{
    /// <summary>Plain little endian samples by name.</summary>
    public static readonly IReadOnlyDictionary<string, byte[]> Plain = new Dictionary<string, byte[]>
    {
        ["u16"] = Convert.FromBase64String(
            "JQDIAsAFPQg7C7ENtxBkE/AVBRAME8MVPhgNG+IdgCA6IzgmEyDgIp0lSigqK/gtxzCDMz42GTDRMos1fzg5O849rUAxQ+xFTEAdQ5BFnEgNS+tNwFBSUzd"
                + "WF1AWU6FVeVg9W8NdwGBQYx9mZGDuYsRlnGgxaxZuj3B8czx2"
        ),
        ["s12"] = Convert.FromBase64String(
            "GQBBAGYArQDPABQBRQFmAaYBQf9t/6P/5f8dADYAfwCbAOEAg/6o/tz+Bv86/3T/s//d/w8Av/3z/RP+Uf6M/qz+4v4G/1D/9/wp/UX9h/21/d39DP5W/o3"
                + "+JfxQ/JD8w/zm/BT9UP2R/b39W/uJ+8H77vsj/Fb8h/zC/OT8"
        ),
        ["u8"] = Convert.FromBase64String("BBUoQFJkepChCh0zSV1thZatEyY8UWN4jqK0HS9EWW1/lKm/JDlOYXiKnLDFLUJYan6VqbzNOUphc4iersLZAA=="),
        ["rgb"] = Convert.FromBase64String(
            "sXEvzajOLVeQnOotw3RCzi6AnT9LI7XdIYLUUzA2IP2cN9IfHN5KiG1jIAhUzTJPqUBs0xhx6hQsD57bjvMT+5rrVofjNa9uvPMiZOQgk"
                + "8MY0+Vepq/nhU8/cVegKsrC2OKekURAvPTOkaej0ZyWJqnKzUaZ5vAwsr4sabYAVvcQEwlw3DNvintElw6/Fa58g7hY0K42z0f8Ds2PmT"
                + "XU+brVcu6dLCWW27ZMDHg7mszH16d9K8xyJltw/UXiAA=="
        ),
    };

    /// <summary>JPEG Lossless by name and predictor.</summary>
    public static readonly IReadOnlyDictionary<(string Name, int Predictor), byte[]> Jpeg = new Dictionary<(string, int), byte[]>
    {
        [("u16", 1)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAACg0MD//aAAgBAQABAADgBIqNfCfV/J2YMq1Rm/gYOrdPaz1"
                + "qqeV0v6gHLNV6q1cCzlnq8V3QBlcK6XorpSq31CK7oGa0U5sMTit5aqkly78tf6i1sLEUMv1SCz6Caopay2FKrlTyu1YH///Z"
        ),
        [("u16", 2)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAADQwKD//aAAgBAQACAADgBJqj18a"
                + "fdf2nbYNqt1GX8CCIgBoAN+kgY35N+sgkIB1+pftIBiA6gLII6CSgDIA1/jf3IGqAffrX819dfXIGaCYgCoDt+ogOoCaBCgl35d"
                + "/ygI37qBhfsIAF/wDX9CCbfsIEaBHf6IKd+egWIDv//9k="
        ),
        [("u16", 3)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAADQoMD//aAAgBAQADAADgBJVHX"
                + "xT7X9TtYNVbUZv4EudL7SfktBKnSz0oNLUQDkttKRSh0uxLrS5UwNMEQBkr5KrS4ku9KkStUmpJpQM0wRK/TEUo5KyS8kqVMG"
                + "35aWUlCJdKVClbJaqUglmoJqWulXJfaVwlspZiV4l2f//Z"
        ),
        [("u16", 4)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAHwAAAQMEAwEAAAAAAAAAAAAABwUGCgACBA0DCAwP/9oACAEBAAQAAPgBJKjl8SfZf0naYNK"
                + "tlGe/gMg+taBfC+actgHMXmeSjwPG4ebAGSrCO2WMoMetgZrI4WBsScXOdXvy3csMspid0WpOwTQUS6aBf69l3A///9k="
        ),
        [("u16", 5)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAGQABAQEBAQEAAAAAAAAAAAAACQoNDAgP/9oACAEBAAUAAPgBJVHXxT7X9TtYNVbUZ38DbJ2"
                + "nqoM0jayNxoBylLEuC8rIwCvp5oAypK4zylJcvCTK9oGa6osySKMosyoMR35bLqkqTGIuyajq7oJqFsitiZtF77aVWf//2Q=="
        ),
        [("u16", 6)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAGAABAQEBAQAAAAAAAAAAAAAADAsKDQ//2gAIAQEABgAA8AJNU"
                + "evjT7r+07bBtVuox/AhUvwoAL6SEi9jfyQu9AOvm38ED6BdAQg8QTX4ugDX7r+yD6/rfPv93u76/QM0Gd99A3fGQZoBUDCDt+"
                + "WgUQK31UIV8BApf+v09BNvZIN0CV+NCzemQioB/wD/2Q=="
        ),
        [("u16", 7)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAADAoND//aAAgBAQAHAADgBJVHXxT7X9TtYNVbUY/gTTJXUny"
                + "VFMGk0SkJo9AOSopTErqX9LkmLTBpYdAGSqpVEyqWVJsljSMpNdAzTHpPEyqSNL8l0StJmH5aXxKclbS9JL0v6UdK5oJqTFL6l+SipnEkiY1Lf//Z"
        ),
        [("s12", 1)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAHAAkBAREA/8QAGAABAQEBAQAAAAAAAAAAAAAABgcIBQ//2gAIAQEAAQAA8AGFCWjoqKxQ0DE6xtQnHZpPco2"
                + "QUrRU0dP1TLHbRA+doGySlY3ZdyhLlC+lN8Wq6AzRrnlBWY1XOFrVmxdov///2Q=="
        ),
        [("u8", 1)] = Convert.FromBase64String(
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALCAAHAAkBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAABQQDB//aAAgBAQABAADgaKbCSSyyOyayyiDCK9KayqSqyiV"
                + "SSqqiSqq26qqa6SSitKqySi6iaNiK6SqyCi//2Q=="
        ),
        [("rgb", 1)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAGwAAAwEBAQEBAAAAAAAAAAAABgcIBQQDAgH/2gAMAwAAAQACAAEAADHgV24b0/L6uAXfSacJ0Tq"
                + "9a5Pg7RCkK9qS+QzmUK+9wyzXNriiCxOwrdiO2UumuCrSryG+7dKhf1pfD5Ykoqr3+1Y3dqmtiWsznHihFUOxFmp+D5Lx7nyLRMhIJokeT8"
                + "r5fQ4Vw8yKrtgbXEwqErrCjhRZCnytjiVO00qdOB2zVSWCw3zW3OJ5jB0F5CLgskq/FwPK3tST7n2oF47uobZvKO/iYsaPqGSVFzOxXBQv7"
                + "jvNsrmNvCr6RWsYAOdRzUow9GlrKZLyeSO+bXyXl///2Q=="
        ),
        [("rgb", 2)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAGwAAAwEBAQEBAAAAAAAAAAAABgcIBQQDAgH/2gAMAwAAAQACAAIAADHgV24b0/L6uAXfSacJ0Tq"
                + "9a5Pg7RCkK9qS+QzmUK+95Saob1PtHT/x7oJ4EMojImYcXpQyKR1ZJVOUvh8ucoD9rkPHb67qEN2qA1an2s6wRJdVIs1/VamyLRMqX0ezml"
                + "ssnVeLQTYY9UZmYCkobzY0Ku+cOi/lbHE/+OEyOZtPWmUfRHHNKQE5hBKzD5WhRQstFha4Hla8Zk5JHdGEnAco3s/qcyQvxbir/oYscm7Q7"
                + "mx3m2Upri1jdAeiF/hBO9SPQ4EBu/mEjCZN+iK7f///2Q=="
        ),
        [("rgb", 3)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAHAAAAwEBAQEBAQAAAAAAAAAABgcIBQQDAQIA/9oADAMAAAEAAgADAAAx4FduG9Py+rgF30mnCdE6v"
                + "WuT4O0QpCvakvyGcyhX3vN1GO2aSqUM6h1zloI2lxJ6Xz0Duz6Q1hMSTpfD5V27qld3LO1iA9mHSoplWMLrpy6w1LVkIZNBqvItEyXdN129lh"
                + "MeFMdGxcYC1BNtdNxKCP8AfasLQKg/ytjiUgN2E6WWLhqHgYLnRZ/lx7PurOKBBDAgj5QLgeVoLOJTneqxWryX2SvfbdRFoKTXo9hx7YlzVi5"
                + "cd5tlQqlpMSqEZzBK+19R3+/gx5boWddhG4Dk0O7//9k="
        ),
        [("rgb", 4)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAGwAAAwEAAwEAAAAAAAAAAAAABgcIBQMECQL/2gAMAwAAAQACAAQAADHoK7cN6fl9XALvpNOE6J1e2uT"
                + "4O0QpCvakvkM6yhX3OsKWBq3JgCdZ4o5i8vIjMBZW9smDWS6KLO33qXw+rK68ZLooBaUQmqt87m8PMejUyM7S4C8LA5efpZFomVXR+My/JRBPzh"
                + "RDeoYqs/PaMYw7m0HX9IKUTHPlbHCBYaqsj4e5bUUa6ctDMED/AFzS33ckfGERvR7lS4HlbXCFY/mt6B5rVl9i0CUYLIUF5SixUFZzWxEs2/rHe"
                + "bZVijn30x6HB5hLfTYLeq4+YXnfqp5xTeTrh7zI8f/Z"
        ),
        [("rgb", 5)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAHAAAAwEBAQEBAQAAAAAAAAAABgcIBQQCAwkB/9oADAMAAAEAAgAFAAAx4FduG9Py+rgF30mnCdE"
                + "6vWuT4O0QpCvakvIZzKFffdfVlrufyoVaBN1shPekl6I2MRa2yJCZXw9VL4fLHxI/Ho652fagsOJCbL022kjEvWy5yc/a4uXItEyYKEMk/O"
                + "q7Wprydj9Jq/8AprzrH4O164o9egYx5WxxNZRn1wGEZHU0zZ6Uypfy8XRpA/U/5c7NvtHVXA8rXGjHDFVpCriWmi5+8fJE5bkkOZFVaPavz"
                + "eHrHebZWc2ru8GCL/nyvP66GzTp93yktMEsWo0N1Op3l//Z"
        ),
        [("rgb", 6)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAHAAAAwEBAQEBAQAAAAAAAAAABgcIBQMEAgEJ/9oADAMAAAEAAgAGAAAx8Cu3Den5fVwC76TThOi"
                + "dX1rk+DtEKQr2pL5DPMoV93QL2CnC0VPPS2a3X805vHQOh+207kijHeICtL4flUauYjgaIpWirqeXjwwLqaGcR3AoGxArCbIZkWiZVGqPEq"
                + "5TJp696e2XL1rnSYKDjfs7nRT4iNmnytjhAb4NRHF0tGnpiZynUMmDKs+LJ350/l2uag+uS4HlbSs670H1tkcEmbtD2eVrpi90J7v2qmCSj"
                + "LxNMd5tlQDqqvz4xIlXfLsfVARtGONkOI5+J1UfTuf/AP/Z"
        ),
        [("rgb", 7)] = Convert.FromBase64String(
            "/9j/wwARCAAHAAkDABEAAREAAhEA/8QAHAAAAwEBAQEBAQAAAAAAAAAABgcIBQQDAgAB/9oADAMAAAEAAgAHAAAx4FduG9Py+rgF30mnCdE"
                + "6vWuT4O0QpCvakvkM5lCvvdH0jtaJQiFl+JNkD3Z0XWE7+/8AGIYKu5bCFL4fKidZ7us7StTLGvUp6Hni6BI7oMDWLLGOdih+RaJka5rLyp"
                + "9AVhhdYM2/7VJN7A0sj7CcFPZIWYfK2OJq9Ox8BOqx6iSZVgLJR4qaGH1nomE/7RQ1irgeVp/PZxMVCB/tkfRtxcZmlLhnsu6aJCWqf0MaY"
                + "7zbKnU2PXbNApcAMgsOaPI95NrjSywMaDHcumB//9k="
        ),
    };

    /// <summary>RLE Lossless by name.</summary>
    public static readonly IReadOnlyDictionary<string, byte[]> Rle = new Dictionary<string, byte[]>
    {
        ["u16"] = Convert.FromBase64String(
            "AgAAAEAAAACGAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAgUICw0QExUIEBMVGBsdICMmCCAiJSg"
                + "rLTAzNggwMjU4Oz1AQ0UIQENFSEtNUFNWCFBTVVhbXWBjZghgYmVoa25wc3YIJcjAPTuxt2TwCAUMwz4N4oA6OAgT4J1KKvjHgz4IGdGLfznOrTHsCEwdkJ"
                + "wN68BSNwgXFqF5PcPAUB8IZO7EnDEWj3w8"
        ),
        ["s12"] = Convert.FromBase64String(
            "AgAAAEAAAABkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAPwA/QH9//wA/v78/wAAAf39/P7//wD8/P3"
                + "+/vz8/f39+/z8AAgZQWatzxRFZqYIQW2j5R02f5vhCIOo3AY6dLPdDwi/8xNRjKziBlAI9ylFh7XdDFaNCCVQkMPmFFCRvQhbicHuI1aHwuQ="
        ),
        ["u8"] = Convert.FromBase64String(
            "AQAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgEFShAUmR6kKEICh0zSV1thZatCBMmPFF"
                + "jeI6itAgdL0RZbX+Uqb8IJDlOYXiKnLDFCC1CWGp+lam8zQg5SmFziJ6uwtk="
        ),
        ["rgb"] = Convert.FromBase64String(
            "AwAAAEAAAACGAAAAzAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAixzS2cw86dIyEIUyA3HIg"
                + "gzanTCOoPjvtWNbxkkwjTpoVxKtiRvJEI0SbN5rJpVhPcCIqXFYPQzw6Z+QhyLNsMmtcrJv0IcahX6nQuP7WCCDD90t5tCDJAGAgUnvOah6"
                + "/z5MMI5a9PV8riRPSnCJypRvC+tvcJMwh7Dq64rkfNNboI7iW2eMynzFtFCC/OkC1CgEvd1Ag2nB9KY1RPbHEILNsT6+NuIiAYCF7nP6DCn"
                + "kDOowiWypkwLAAQcG8IRL98WDb8j9TVCJ2WTDvHfXJw4g=="
        ),
    };
}
