namespace Payments.Benchmark.Growing;

/// <summary>SQL over ULIDs that are stored as <c>uuid</c>: 48 bits of milliseconds, then 80 random ones.</summary>
internal static class UlidSql
{
    private const string Letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int LettersOfTime = 10;
    private const int BitsPerLetter = 5;

    /// <summary>The time part, as bigint.</summary>
    public static string Milliseconds(string id) => $"('x' || left(replace({id}::text, '-', ''), 12))::bit(48)::bigint";

    /// <summary>The random part, as hexadecimal text.</summary>
    public static string Tail(string id) => $"right(replace({id}::text, '-', ''), 20)";

    /// <summary>The id of a time and a random part. Until the year 2527 a time has eleven hexadecimal digits.</summary>
    public static string Join(string milliseconds, string tail) => $"('0' || to_hex({milliseconds}) || {tail})::uuid";

    /// <summary>The first ten letters of the id's text.</summary>
    public static string TimeText(string milliseconds) => string.Join(
        " || ",
        Enumerable.Range(0, LettersOfTime).Reverse().Select(
            i => $"substr('{Letters}', (({milliseconds}) >> {i * BitsPerLetter} & 31)::integer + 1, 1)"));
}
