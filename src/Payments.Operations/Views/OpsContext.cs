using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Payments.Contracts;

namespace Payments.Operations.Views;

/// <summary>What the services offer to operators: their <c>ops</c> views, read as the role <c>ops_reader</c>.</summary>
internal class OpsContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<PaymentView> Payments => Set<PaymentView>();

    public DbSet<OrderView> Orders => Set<OrderView>();

    public DbSet<HistoryView> History => Set<HistoryView>();

    public DbSet<AliasView> Aliases => Set<AliasView>();

    public DbSet<AccountView> Accounts => Set<AccountView>();

    public DbSet<ReceivableView> Receivables => Set<ReceivableView>();

    public DbSet<LotView> Lots => Set<LotView>();

    public DbSet<JournalView> Journals => Set<JournalView>();

    public DbSet<PostingView> Postings => Set<PostingView>();

    public DbSet<PspConnectionView> PspConnections => Set<PspConnectionView>();

    public DbSet<DeadLetterGroupView> DeadLetterGroups => Set<DeadLetterGroupView>();

    public DbSet<DeadLetterView> DeadLetters => Set<DeadLetterView>();

    public DbSet<DeadLetterReplayView> DeadLetterReplays => Set<DeadLetterReplayView>();

    public DbSet<DeadLetterContentView> DeadLetterContents => Set<DeadLetterContentView>();

    public DbSet<IntakeView> Intakes => Set<IntakeView>();

    public DbSet<IntakeRejectionView> IntakeRejections => Set<IntakeRejectionView>();

    public DbSet<WalletsOperationView> WalletsOperations => Set<WalletsOperationView>();

    public DbSet<SellerView> Sellers => Set<SellerView>();

    public DbSet<LedgerOperationView> LedgerOperations => Set<LedgerOperationView>();

    public DbSet<PspOperationView> PspOperations => Set<PspOperationView>();

    public DbSet<WebhookView> Webhooks => Set<WebhookView>();

    public DbSet<OperatorActionView> OperatorActions => Set<OperatorActionView>();

    public DbSet<DeadLetterDiscardView> DeadLetterDiscards => Set<DeadLetterDiscardView>();

    public DbSet<DeadLetterNoteView> DeadLetterNotes => Set<DeadLetterNoteView>();

    public DbSet<DeadLetterEditView> DeadLetterEdits => Set<DeadLetterEditView>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<Ulid>().HaveConversion<UlidConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PaymentView>().ToView("ops_payment_v1", "orchestrator").HasNoKey()
            .Property(p => p.Errors).HasColumnType("jsonb");
        modelBuilder.Entity<OrderView>().ToView("ops_order_v1", "orchestrator").HasNoKey();
        modelBuilder.Entity<HistoryView>().ToView("ops_history_v1", "orchestrator").HasNoKey()
            .Property(h => h.Evidence).HasColumnType("jsonb");
        modelBuilder.Entity<AliasView>().ToView("ops_alias_v1", "orchestrator").HasNoKey();
        modelBuilder.Entity<AccountView>().ToView("ops_account_v1", "wallets").HasNoKey();
        modelBuilder.Entity<ReceivableView>().ToView("ops_receivable_v1", "wallets").HasNoKey();
        modelBuilder.Entity<LotView>().ToView("ops_lot_v1", "wallets").HasNoKey();
        modelBuilder.Entity<JournalView>().ToView("ops_journal_v1", "ledger").HasNoKey();
        modelBuilder.Entity<PostingView>().ToView("ops_posting_v1", "ledger").HasNoKey();
        modelBuilder.Entity<PspConnectionView>(connection =>
        {
            connection.ToView("ops_psp_connection_v1", "executor").HasNoKey();
            connection.Property(c => c.Breakers).HasColumnType("jsonb");
            connection.Property(c => c.Recent).HasColumnType("jsonb");
        });
        modelBuilder.Entity<DeadLetterGroupView>().ToView("ops_dead_letter_group_v1", "operations").HasNoKey();
        modelBuilder.Entity<DeadLetterView>().ToView("ops_dead_letter_v1", "operations").HasNoKey()
            .Property(l => l.Exceptions).HasColumnType("jsonb");
        modelBuilder.Entity<DeadLetterReplayView>().ToView("ops_dead_letter_replay_v1", "operations").HasNoKey()
            .Property(r => r.Judged).HasColumnType("jsonb");
        modelBuilder.Entity<DeadLetterContentView>().ToView("ops_dead_letter_content_v1", "operations").HasNoKey();
        modelBuilder.Entity<IntakeView>().ToView("ops_intake_v1", "orchestrator").HasNoKey();
        modelBuilder.Entity<IntakeRejectionView>().ToView("ops_intake_rejection_v1", "orchestrator").HasNoKey();
        modelBuilder.Entity<WalletsOperationView>().ToView("ops_operation_v1", "wallets").HasNoKey()
            .Property(o => o.Answer).HasColumnType("jsonb");
        modelBuilder.Entity<SellerView>().ToView("ops_seller_v1", "wallets").HasNoKey();
        modelBuilder.Entity<LedgerOperationView>().ToView("ops_operation_v1", "ledger").HasNoKey()
            .Property(o => o.Answer).HasColumnType("jsonb");
        modelBuilder.Entity<PspOperationView>().ToView("ops_operation_v1", "executor").HasNoKey();
        modelBuilder.Entity<WebhookView>().ToView("ops_webhook_v1", "executor").HasNoKey();
        modelBuilder.Entity<OperatorActionView>(action =>
        {
            action.ToView("ops_operator_action_v1", "operations").HasNoKey();
            action.Property(a => a.Before).HasColumnType("jsonb");
            action.Property(a => a.After).HasColumnType("jsonb");
        });

        modelBuilder.Entity<DeadLetterDiscardView>().ToView("ops_dead_letter_discard_v1", "operations").HasNoKey();
        modelBuilder.Entity<DeadLetterNoteView>().ToView("ops_dead_letter_note_v1", "operations").HasNoKey();
        modelBuilder.Entity<DeadLetterEditView>().ToView("ops_dead_letter_edit_v1", "operations").HasNoKey()
            .Property(e => e.Diff).HasColumnType("jsonb");

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }
}

/// <summary>The same views, for queries that find rows by key: they are prepared, and not planned anew each time.</summary>
internal sealed class OpsByKeyContext(DbContextOptions<OpsByKeyContext> options) : OpsContext(options);
