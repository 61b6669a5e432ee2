using Microsoft.Extensions.Configuration;
using Payments.Messaging;
using Payments.Orchestrator.Paying;

namespace Payments.Orchestrator.Tests.Paying;

public sealed class ResolutionTimetablesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    [Fact]
    public void InDoubt_AsConfigured_TakesThePlaceOfThatPspsDefault()
    {
        var timetables = new ResolutionTimetables(TestRouting.Table(), Configured(
            ("Resolution:Psps:stripe:InDoubt:0", "00:00:01"), ("Resolution:Psps:stripe:InDoubt:1", "1.00:00:00")));

        timetables.InDoubt("stripe").ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)]);
        timetables.Pending("stripe").ShouldBe(ResolutionDefaults.ByPsp[ResolutionDefaults.AnyPsp].Pending);
        timetables.InDoubt("adyen").ShouldBe(ResolutionDefaults.ByPsp["adyen"].InDoubt);
    }

    [Fact]
    public void WaitOf_OneQuestionAfterTheOther_KeepsToTheAges()
    {
        var timetables = TestRouting.Timetables();
        var order = Order("braintree-us");

        var waits = new List<TimeSpan>();
        for (; order.Asks < 5; order.Asks++)
            waits.Add(timetables.WaitOf(order, Doubt.InDoubt));

        waits.ShouldBe(
        [
            TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(59), TimeSpan.FromHours(23), PaymentDeadlines.Answer,
        ]);
    }

    [Fact]
    public void RefundRetry_AsConfigured_BoundsHowOftenARefundIsSentAgain()
    {
        var timetables = new ResolutionTimetables(TestRouting.Table(), Configured(
            ("Resolution:Psps:braintree:RefundRetry:0", "12:00:00"), ("Resolution:Psps:braintree:RefundRetry:1", "2.00:00:00")));
        var order = Order("braintree-us");

        timetables.WaitOf(order, Doubt.RefusedForNow).ShouldBe(TimeSpan.FromHours(12));
        order.Asks = 1;
        timetables.WaitOf(order, Doubt.RefusedForNow).ShouldBe(TimeSpan.FromHours(36));
        timetables.MayRetry(order, refusals: 2).ShouldBeTrue();
        timetables.MayRetry(order, refusals: 3).ShouldBeFalse();
        timetables.RefundRetry("stripe")[0].ShouldBe(TimeSpan.FromHours(24));
    }

    [Fact]
    public void IsExhausted_OnlyWhenTheLastQuestionHadItsTime()
    {
        var timetables = TestRouting.Timetables();
        var order = Order("braintree-us");
        order.Doubt = Doubt.InDoubt;
        order.AskAt = Now;

        order.Asks = 3;
        timetables.IsExhausted(order, Now).ShouldBeFalse();
        order.Asks = 4;
        timetables.IsExhausted(order, Now).ShouldBeTrue();
        timetables.IsExhausted(order, Now.AddSeconds(-1)).ShouldBeFalse();
    }

    [Fact]
    public void WaitOf_AConnectionThatLeftTheTable_IsAnyPsps()
    {
        var timetables = TestRouting.Timetables();

        timetables.WaitOf(Order("gone-psp"), Doubt.InDoubt).ShouldBe(ResolutionDefaults.ByPsp[ResolutionDefaults.AnyPsp].InDoubt![0]);
    }

    [Theory]
    [InlineData("stripe", "00:00:01", null, "Resolution:Psps:stripe:InDoubt has 1 ages")]
    [InlineData("stripe", "00:00:02", "00:00:02", "Resolution:Psps:stripe:InDoubt must rise")]
    [InlineData("stripe", "00:00:02", "31.00:00:00", "at most 30 days")]
    [InlineData("stripe", "-00:00:02", "00:00:02", "Resolution:Psps:stripe:InDoubt must rise")]
    [InlineData("nobody", "00:00:01", "00:00:02", "Resolution:Psps names 'nobody'")]
    public void Timetable_WithAMistake_SaysWhereAndWhich(string psp, string first, string? second, string sentence)
    {
        var options = second is null
            ? Configured(($"Resolution:Psps:{psp}:InDoubt:0", first))
            : Configured(($"Resolution:Psps:{psp}:InDoubt:0", first), ($"Resolution:Psps:{psp}:InDoubt:1", second));

        Should.Throw<DependencyMissingException>(() => new ResolutionTimetables(TestRouting.Table(), options))
            .Message.ShouldContain(sentence);
    }

    /// <summary>Bound as the program binds it.</summary>
    private static ResolutionOptions Configured(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Name, s => (string?)s.Value)).Build()
            .GetSection(ResolutionOptions.Section).Get<ResolutionOptions>()!;

    private static OrderState Order(string connection) => new()
    {
        OrderId = "order-1",
        Position = 0,
        SellerId = "seller-1",
        AmountMinor = 1000,
        FeeMinor = 0,
        Status = OrderStatus.Charging,
        Connection = connection,
    };
}
