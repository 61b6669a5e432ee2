namespace Payments.Benchmark.Growing;

/// <summary>A column of a table that is seeded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as PostgreSQL writes it.</param>
/// <param name="NamesPayment">Whether its text holds the payment's id in any row.</param>
internal sealed record SeededColumn(string Name, string Type, bool NamesPayment);

/// <summary>
/// A table whose rows are cloned from those of template payments: ids and times move with the payment, everything else
/// is as it was. An id is a ULID: its time moves, its random part stays, so that a clone's ids are as unique as the
/// template's and in the same order.
/// </summary>
/// <param name="Name">With its schema.</param>
/// <param name="Columns">Those that are written; neither generated ones nor identities.</param>
internal sealed record SeededTable(string Name, IReadOnlyList<SeededColumn> Columns)
{
    /// <summary>The rows of the templates, with each id in two parts.</summary>
    public string Template => $"seed.\"{Name}\"";

    /// <param name="link">What joins the rows <c>t</c> with the templates <c>s</c>.</param>
    public string CreateTemplate(string link) =>
        $"""
        CREATE UNLOGGED TABLE {Template} AS
        SELECT s.rank, {string.Join(", ", Columns.SelectMany(Parts))}
        FROM {Name} t {link}
        ORDER BY s.rank
        """;

    /// <summary>Clones of the templates, for the numbers from $1 up to and without $2.</summary>
    public string Insert() =>
        $"""
        INSERT INTO {Name} ({string.Join(", ", Columns.Select(c => Quoted(c.Name)))})
        SELECT {string.Join(", ", Columns.Select(Moved))}
        FROM seed.clone s JOIN {Template} t USING (rank)
        WHERE s.number >= $1 AND s.number < $2
        """;

    private static IEnumerable<string> Parts(SeededColumn column)
    {
        var name = Quoted(column.Name);
        if (column.Type != "uuid")
            return [$"t.{name}"];
        return
        [
            $"{UlidSql.Milliseconds($"t.{name}")} AS {Quoted(column.Name + " ms")}",
            $"{UlidSql.Tail($"t.{name}")} AS {Quoted(column.Name + " tail")}",
        ];
    }

    private static string Moved(SeededColumn column)
    {
        var name = $"t.{Quoted(column.Name)}";
        return column.Type switch
        {
            "uuid" => UlidSql.Join($"t.{Quoted(column.Name + " ms")} + s.delta", $"t.{Quoted(column.Name + " tail")}"),
            "timestamp with time zone" => $"{name} + s.shift",
            "text" when column.NamesPayment => $"replace({name}, s.old, s.new)",
            "jsonb" when column.NamesPayment => $"replace({name}::text, s.old, s.new)::jsonb",
            _ => name,
        };
    }

    private static string Quoted(string name) => $"\"{name}\"";
}
