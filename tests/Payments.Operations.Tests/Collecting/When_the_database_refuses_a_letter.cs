using System.Text;
using Payments.Operations.Collecting;
using Payments.Testing;

namespace Payments.Operations.Tests.Collecting;

/// <summary>For good, not for a while: nothing is lost, and nothing is held up.</summary>
[Collection(CollectingCollection.Name)]
public sealed class When_the_database_refuses_a_letter
{
    private const string Refused = "Payments.Toy.RefusedException";

    [Fact]
    public async Task Should_keep_it_as_it_came_and_let_the_others_pass()
    {
        var others = Prefetch * 3;
        await using var box = await LetterBox.Open();
        await OperationsApp.Sql(
            $"ALTER TABLE dead_letter ADD CONSTRAINT refused_by_test CHECK (exception_type IS DISTINCT FROM '{Refused}') NOT VALID");
        try
        {
            for (var i = 0; i < Prefetch + 1; i++)
                await box.PublishFault($"refused-{i} 4242424242424242", Refused);
            for (var i = 0; i < others; i++)
                await box.PublishFault($"other-{i}");

            var rows = await box.CollectAll(Prefetch + 1 + others);

            var kept = rows.Where(r => r.ExceptionType is null).ToArray();
            kept.Length.ShouldBe(Prefetch + 1);
            kept.ShouldAllBe(r => r.Kind == "binary" && r.CardNumbers > 0 && r.Group == kept[0].Group);
            Encoding.UTF8.GetString(kept[0].Body!).ShouldStartWith("""{"number":"refused-""");
            Encoding.UTF8.GetString(kept[0].Body!).ShouldContain("****************");
            kept[0].Headers["headers"]!["MT-Fault-ExceptionType"]!["value"]!.GetValue<string>().ShouldBe(Refused);
            (await OperationsApp.Sql(
                "SELECT reason || ' ' || endpoint FROM dead_letter_group WHERE group_id = $1", kept[0].Group.ToGuid()))
                .ShouldBe($"unreadable {box.Endpoint}");
            box.Log.Warnings.ShouldContain(w => w.Contains("refuses a dead letter", StringComparison.Ordinal));
        }
        finally
        {
            await OperationsApp.Sql("ALTER TABLE dead_letter DROP CONSTRAINT refused_by_test");
        }
    }

    [Fact]
    public async Task Should_leave_all_in_the_broker_when_it_refuses_every_one()
    {
        await using var box = await LetterBox.Open();
        // Every one of this test's: others store letters meanwhile.
        await OperationsApp.Sql(
            $"ALTER TABLE dead_letter ADD CONSTRAINT refused_by_test CHECK (endpoint <> '{box.Endpoint}') NOT VALID");
        try
        {
            await box.PublishFault("a");
            using var collector = await box.Collect();
            await Eventually.Async("a sentence about it", LetterBox.Deadline, () =>
                box.Log.Warnings.Any(w => w.Contains("it refuses every letter", StringComparison.Ordinal)));
            (await box.Rows()).ShouldBeEmpty();

            await Accept();
            (await box.Await(1)).Single().ExceptionType.ShouldNotBeNull();
            await box.AwaitEmpty();
            await collector.StopAsync(CancellationToken.None);
        }
        finally
        {
            await Accept();
        }

        static Task Accept() => OperationsApp.Sql("ALTER TABLE dead_letter DROP CONSTRAINT IF EXISTS refused_by_test");
    }

    private static int Prefetch => LetterBox.Options.Prefetch;
}
