using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Payments.Contracts;
using Payments.Operations.Handling;
using Payments.Operations.Tests.Collecting;

namespace Payments.Operations.Tests.Handling;

[Collection(CollectingCollection.Name)]
public sealed class When_letters_are_old(OperationsApp app) : IAsyncLifetime
{
    private HandledLetters _letters = null!;

    public async Task InitializeAsync() => _letters = await HandledLetters.Open(app);

    public async Task DisposeAsync() => await _letters.DisposeAsync();

    [Fact]
    public async Task Should_delete_them_with_all_that_is_theirs_and_keep_the_others()
    {
        var (resolved, discarded, young, open) = (
            await _letters.CreditWallets(), await _letters.Body(new string('x', 100_000)), await _letters.CreditWallets(),
            await _letters.CreditWallets());
        var (group, large) = (await HandledLetters.GroupOf(open), await HandledLetters.GroupOf(discarded));
        await Discard(discarded, young);
        await _letters.Done<DeadLetterDetails>($"{resolved}/notes", new { Text = "Mended.", RequestedBy = "ada" });
        await _letters.Done<DeadLetterGroupDetails>($"groups/{large}/notes", new { Text = "Noise.", RequestedBy = "ada" });
        await _letters.Done<DeadLetterEdit>(
            $"{resolved}/edit", new { Patch = new { NotAfter = "2030-01-01T00:00:00Z" }, RequestedBy = "ada", Reason = "late" },
            System.Net.HttpStatusCode.Accepted);
        await OperationsApp.Sql(
            "UPDATE dead_letter_replay SET state = 'settled', outcome = 'succeeded' WHERE letter_id = $1", resolved.ToGuid());
        await HandledLetters.SetState(resolved, "resolved", "succeeded");
        await OperationsApp.Sql("UPDATE dead_letter SET predecessor_id = $2 WHERE letter_id = $1", open.ToGuid(), resolved.ToGuid());
        await HandledLetters.Age(resolved, 31);
        await HandledLetters.Age(discarded, 31);
        await HandledLetters.Age(young, 29);
        await HandledLetters.Age(open, 400);

        await HandledLetters.DeleteOld();

        (await Count("dead_letter", "letter_id", resolved, discarded, young, open)).ShouldBe(2L);
        foreach (var table in new[] { "dead_letter_part", "dead_letter_replay", "dead_letter_edit", "dead_letter_note" })
            (await Count(table, "letter_id", resolved, discarded)).ShouldBe(0L, table);
        (await Count("dead_letter_group", "group_id", large)).ShouldBe(0L);
        (await Count("dead_letter_note", "group_id", large)).ShouldBe(0L);
        (await HandledLetters.Actions(large)).ShouldContain("system delete_group \"Its last letter was deleted.\"");
        (await _letters.Get<DeadLetterGroupDetails>($"groups/{group}")).Group.Letters.ShouldBe(2);
        (await OperationsApp.Sql("SELECT predecessor_id FROM dead_letter WHERE letter_id = $1", open.ToGuid())).ShouldBe(resolved.ToGuid());
        (await _letters.Get<DeadLetterDetails>($"{open}")).Letter.State.ShouldBe("open");
    }

    [Fact]
    public async Task Should_record_what_is_deleted_without_its_body()
    {
        var id = await _letters.CreditWallets();
        await Discard(id);
        await HandledLetters.Age(id, 31);

        await HandledLetters.DeleteOld();

        var action = (await HandledLetters.Actions(id)).Split('\n')[^1];
        action.ShouldStartWith("system delete_letter \"It was resolved or discarded more than 30 days ago.\"");
        action.ShouldContain($"\"endpoint\": \"{_letters.Box.Endpoint}\"");
        action.ShouldContain("\"moneyStatement\": \"not_ours\"");
        action.ShouldContain("\"amountMinor\": 700");
        action.ShouldNotContain("seller-1");
    }

    [Fact]
    public async Task Should_count_again_from_one_when_a_deleted_group_returns()
    {
        var id = await _letters.CreditWallets();
        var group = await HandledLetters.GroupOf(id);
        await Discard(id);
        await HandledLetters.Age(id, 31);
        await HandledLetters.DeleteOld();

        _letters.Forget(1);
        var next = await _letters.CreditWallets();

        (await HandledLetters.GroupOf(next)).ShouldBe(group);
        (await _letters.Get<DeadLetterGroupDetails>($"groups/{group}")).Group.Letters.ShouldBe(1);
    }

    [Theory]
    [InlineData("open", null)]
    [InlineData("replaying", null)]
    public async Task Should_never_delete_what_is_not_done_with(string state, string? outcome)
    {
        var id = await _letters.CreditWallets();
        await HandledLetters.SetState(id, state, outcome);

        (await Should.ThrowAsync<Npgsql.PostgresException>(() => OperationsApp.Sql(
            "DELETE FROM dead_letter WHERE letter_id = $1", id.ToGuid()))).ConstraintName.ShouldBe("dead_letter_ended_only");
    }

    [Theory]
    [InlineData("0.23:59:59", false)]
    [InlineData("1.00:00:00", true)]
    [InlineData("365.00:00:00", true)]
    [InlineData("365.00:00:01", false)]
    public void Should_keep_them_for_a_day_at_least_and_a_year_at_most(string retention, bool isValid)
    {
        var options = new RetentionOptions { Retention = TimeSpan.Parse(retention, CultureInfo.InvariantCulture) };

        Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true).ShouldBe(isValid);
    }

    private Task<DeadLetterDiscards> Discard(params Ulid[] ids) => _letters.Done<DeadLetterDiscards>(
        "discards",
        new { LetterIds = ids, RequestedBy = "ada", Reason = "test data", Money = new { Statement = "not_ours" } });

    private static Task<object?> Count(string table, string column, params Ulid[] ids) =>
        OperationsApp.Sql($"SELECT count(*) FROM {table} WHERE {column} = ANY ($1)", ids.Select(i => i.ToGuid()).ToArray());
}
