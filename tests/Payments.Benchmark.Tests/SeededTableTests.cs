using Payments.Benchmark.Growing;

namespace Payments.Benchmark.Tests;

public sealed class SeededTableTests
{
    private static readonly SeededTable Table = new(
        "ledger.operation",
        [
            new("operation_id", "text", NamesPayment: true), new("payment_id", "uuid", NamesPayment: false),
            new("kind", "text", NamesPayment: false), new("answer", "jsonb", NamesPayment: true),
            new("recorded_at", "timestamp with time zone", NamesPayment: false),
        ]);

    [Fact]
    public void CreateTemplate_Ids_AreSplit() => Words(Table.CreateTemplate("JOIN x s USING (y)")).ShouldBe(Words(
        """
        CREATE UNLOGGED TABLE seed."ledger.operation" AS
        SELECT s.rank, t."operation_id",
            ('x' || left(replace(t."payment_id"::text, '-', ''), 12))::bit(48)::bigint AS "payment_id ms",
            right(replace(t."payment_id"::text, '-', ''), 20) AS "payment_id tail",
            t."kind", t."answer", t."recorded_at"
        FROM ledger.operation t JOIN x s USING (y)
        ORDER BY s.rank
        """));

    [Fact]
    public void Insert_IdsAndTimes_MoveWithThePayment() => Words(Table.Insert()).ShouldBe(Words(
        """
        INSERT INTO ledger.operation ("operation_id", "payment_id", "kind", "answer", "recorded_at")
        SELECT replace(t."operation_id", s.old, s.new),
            ('0' || to_hex(t."payment_id ms" + s.delta) || t."payment_id tail")::uuid,
            t."kind", replace(t."answer"::text, s.old, s.new)::jsonb, t."recorded_at" + s.shift
        FROM seed.clone s JOIN seed."ledger.operation" t USING (rank)
        WHERE s.number >= $1 AND s.number < $2
        """));

    private static string Words(string sql) => string.Join(' ', sql.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
